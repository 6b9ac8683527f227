// Counts down. Without this script the page still says when it is over.
const clock = document.querySelector(".clock");
const digits = clock.querySelector(".digits");
const until = clock.querySelector(".until");
const keys = document.querySelector(".keys");
const all = Number(clock.dataset.minutes) * 60_000;
const said = until.textContent;
let left = all;
let ends = null; // null while it stands still

const two = (number) => String(number).padStart(2, "0");

function show() {
  const rest = ends === null ? left : Math.max(0, ends - Date.now());
  const seconds = Math.ceil(rest / 1000);
  digits.textContent = `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  clock.classList.toggle("over", seconds === 0);
  until.hidden = ends === null;
  for (const each of keys.querySelectorAll("[data-when]")) {
    each.hidden = (each.dataset.when === "running") !== (ends !== null);
  }
}

const deeds = {
  toggle() {
    if (ends === null) {
      ends = Date.now() + left;
      const time = new Date(ends);
      until.textContent = said.replace(/\d\d:\d\d/, `${two(time.getHours())}:${two(time.getMinutes())}`);
    } else {
      left = Math.max(0, ends - Date.now());
      ends = null;
    }
  },
  reset() {
    left = all;
    ends = null;
  },
};

function act(name) {
  deeds[name]();
  show();
}

keys.hidden = false;
for (const button of keys.querySelectorAll("button")) {
  button.addEventListener("click", () => act(button.dataset.do));
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && !event.target.closest("button")) {
    event.preventDefault();
    act("toggle");
  } else if (event.key === "r") act("reset");
});
setInterval(show, 200);
show();
