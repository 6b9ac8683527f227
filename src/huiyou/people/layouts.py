"""Which form tool an export comes from, and what that tool does to a table."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from huiyou.errors import Fault, InputError
from huiyou.people.sheets import Sheet
from huiyou.people.unpack import Row
from huiyou.text import tidy, trim

__all__ = ["Layout", "find_layout", "says_no", "undo_layout"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How one form tool writes its exports.

    Parameters
    ----------
    name : str
    signature : tuple of frozenset of str
        Header names that no other tool writes together; all names of one set must be there.
    ignored : frozenset of str
        The tool's own columns, which say nothing about an applicant.
    separators : str
        Marks between the values of one cell, besides ``┋``, ``|`` and ``;``.
    """

    name: str
    signature: tuple[frozenset[str], ...] = ()
    ignored: frozenset[str] = frozenset()
    separators: str = ""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


PLAIN = Layout("table")
WJX = Layout(
    "问卷星",
    (_names("提交答卷时间 所用时间"), _names("提交答卷时间 来自IP")),
    _names("序号 所用时间 来源 来源详情 来自IP 总分"),
)
TENCENT = Layout(
    "腾讯问卷",
    (_names("开始答题时间 结束答题时间"),),
    _names(
        "编号 开始答题时间 答题时长 语言 清洗数据结果 智能清洗数据无效概率 地理位置国家和地区 地理位置省 "
        "地理位置市 用户类型 用户标识 昵称 自定义字段 IP UA Referrer 中奖时间 中奖金额 审核状态"
    ),
)
JINSHUJU = Layout(
    "金数据",
    (
        _names("提交人 提交时间 填写设备"),
        _names("提交时间 修改时间 填写设备"),
        _names("提交人 提交时间 修改时间"),
    ),
    _names(
        "序号 微信头像 微信OpenID 微信昵称 微信性别 微信国家 微信省市 提交人 修改时间 更新时间 填写设备 操作系统 "
        "浏览器 IP 填写地区 填写时长 扩展属性"
    ),
    ",，",
)
FEISHU = Layout(
    "飞书多维表格",
    (
        _names("父记录"),
        _names("创建人 创建时间"),
        _names("提交人 最后更新时间"),
        _names("创建时间 最后更新时间"),
    ),
    _names("父记录 创建人 提交人 修改人 最后更新时间 自动编号"),
    ",，",
)
LUMA = Layout(
    "Luma",
    (_names("api_id approval_status"), _names("guest_id approval_status")),
    _names(
        "api_id guest_id first_name last_name approval_status custom_source utm_source utm_medium utm_campaign "
        "utm_term utm_content google_click_id meta_click_id x_click_id linkedin_click_id tiktok_click_id "
        "reddit_click_id yandex_click_id referrer referred_by checked_in_at has_joined_event qr_code_url amount "
        "amount_tax amount_discount currency coupon_code eth_address solana_address survey_response_rating "
        "survey_response_feedback ticket_type_id ticket_name"
    ),
    ",",
)
HUODONGXING = Layout(
    "活动行",
    tuple(
        _names(f"{number} {kind}")
        for number in ("订单号", "票号", "电子票号", "签到码")
        for kind in ("票种", "票类", "门票名称", "签到状态")
    ),
    _names(
        "订单号 票号 电子票号 签到码 票种 票类 门票名称 票价 支付状态 订单状态 审核状态 签到状态 签到时间 备注"
    ),
    ",，",
)
LAYOUTS = (WJX, TENCENT, LUMA, HUODONGXING, JINSHUJU, FEISHU)

_STATES = _names("approval_status 审核状态 订单状态 支付状态")
_NO = _names(
    "declined invited cancelled canceled 拒绝 已拒绝 审核拒绝 未通过 审核未通过 不通过 审核不通过 "
    "取消 已取消 退款 已退款 已退票 已关闭"
)

_WJX_BY_NUMBER = re.compile(r"第\d+题")
_OPTION = re.compile(r"(\d+\.[^:]+):([^:].*)")
_FILL_BLANK = re.compile(r"_*\{fillblank-\w+\}|\[_*\{fillblank-\w+\}\]")
_LETTER = re.compile(r"[A-Z]{1,2}\.(?=\S)")


def find_layout(header: tuple[str, ...]) -> Layout:
    """Tell the form tool from the names of its columns; `PLAIN` if none fits.

    Examples
    --------
    >>> find_layout(("序号", "提交答卷时间", "所用时间", "来源", "1、您的姓名")).name
    '问卷星'
    """
    names = {tidy(name) for name in header}
    for layout in LAYOUTS:
        if any(signature <= names for signature in layout.signature):
            return layout
    return PLAIN


def says_no(layout: Layout, column: str, cell: str) -> bool:
    """Say whether a tool's own column marks a row as declined, cancelled or never registered.

    Examples
    --------
    >>> says_no(LUMA, "approval_status", "declined"), says_no(LUMA, "approval_status", "approved")
    (True, False)
    """
    name = tidy(column)
    return name in _STATES and name in layout.ignored and tidy(cell).casefold() in _NO


def undo_layout(sheet: Sheet, layout: Layout) -> Sheet:
    """Turn what a tool spread or decorated back into one plain column per question.

    Parameters
    ----------
    sheet : Sheet
    layout : Layout

    Returns
    -------
    Sheet
        Rows keep their numbers. 腾讯问卷: one column per option becomes one multi-valued column,
        and the letters before choices go. Luma: an empty ``name`` is put together from
        ``first_name`` and ``last_name``. Others: as they are.

    Raises
    ------
    InputError
        For a 问卷星 export by numbers, which no longer holds what people chose.
    """
    if layout is WJX and any(_WJX_BY_NUMBER.match(name) for name in sheet.header):
        raise InputError([Fault("wjx_by_number", sheet.file, sheet.header_row)])
    if layout is TENCENT:
        return _drop_letters(_fold_options(sheet))
    if layout is LUMA:
        return _join_names(sheet)
    return sheet


def _fold_options(sheet: Sheet) -> Sheet:
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for k, name in enumerate(sheet.header):
        if found := _OPTION.fullmatch(name):
            groups[found[1]].append((k, trim(_FILL_BLANK.sub("", found[2]))))
    folded = {
        question: _without_letters(options)
        for question, options in groups.items()
        if len(options) > 1
    }
    spread = {k for options in folded.values() for k, _ in options}
    kept = [k for k in range(len(sheet.header)) if k not in spread]

    def chosen(row: Row, options: list[tuple[int, str]]) -> str:
        return "┋".join(text for k, text in options if k < len(row.cells) and trim(row.cells[k]))

    def fold(row: Row) -> Row:
        if len(row.cells) != len(sheet.header):
            return row  # of the wrong width: the cleaning refuses it, with its number
        cells = [row.cells[k] for k in kept] + [chosen(row, o) for o in folded.values()]
        return Row(row.number, tuple(cells))

    header = (*(sheet.header[k] for k in kept), *folded)
    return replace(sheet, header=header, rows=tuple(map(fold, sheet.rows)))


def _without_letters(options: list[tuple[int, str]]) -> list[tuple[int, str]]:
    if not all(_LETTER.match(text) for _, text in options):
        return options
    return [(k, _LETTER.sub("", text, count=1)) for k, text in options]


def _drop_letters(sheet: Sheet) -> Sheet:
    """Take ``A.`` away where every answer of a column has such a letter."""
    width = len(sheet.header)
    whole = [row for row in sheet.rows if len(row.cells) == width]
    lettered = {
        k
        for k in range(width)
        if (answers := [cell for row in whole if (cell := trim(row.cells[k]))])
        and all(_LETTER.match(answer) for answer in answers)
    }

    def drop(row: Row) -> Row:
        return Row(
            row.number,
            tuple(
                _LETTER.sub("", trim(cell), count=1) if k in lettered else cell
                for k, cell in enumerate(row.cells)
            ),
        )

    return replace(sheet, rows=tuple(map(drop, sheet.rows)))


def _join_names(sheet: Sheet) -> Sheet:
    try:
        full, first, last = map(sheet.header.index, ("name", "first_name", "last_name"))
    except ValueError:
        return sheet

    def join(row: Row) -> Row:
        cells = list(row.cells)
        if len(cells) > max(full, first, last) and not trim(cells[full]):
            cells[full] = trim(f"{trim(cells[first])} {trim(cells[last])}")
        return Row(row.number, tuple(cells))

    return replace(sheet, rows=tuple(map(join, sheet.rows)))
