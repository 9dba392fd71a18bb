"""Reads pickles and runs nothing: an opcode machine of its own with a fixed vocabulary.

No name of the file is ever imported or looked up as an attribute. A name that `vocabulary` lists
stands for one of our own constructors; any other is refused, and so is every opcode that models do
not need. Lengths are checked against the bytes that are left before anything is allocated, and a
`Budget` bounds the work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gan_models.checkpoints.machine import Machine, Word
from gan_models.checkpoints.stored import (
    Node,
    NumberType,
    RefusedError,
    StoredTensor,
    fill_array,
    plain_key,
    refuse_unless,
)

MAX_TEXT = 4_000_000
"""Characters of one string; the longest in real files is a Python source of 45 kB."""
MAX_MARKS = 1000


def load(machine: Machine) -> Any:
    """The value of the pickle; the machine's `at` is then the position behind it."""
    while True:
        machine.budget.spend()
        code = machine.take(1)[0]
        if code == _STOP:
            return machine.pop()
        step = _STEPS.get(code)
        if step is None:
            raise RefusedError(f"it uses pickle opcode {code:#04x}, which no model needs")
        step(machine)


def _set_items(target: dict[Any, Any], items: list[Any]) -> None:
    refuse_unless(len(items) % 2 == 0, "its pickle is damaged")
    for key, value in zip(items[::2], items[1::2], strict=True):
        target[plain_key(key)] = value


def _mark(m: Machine) -> None:
    refuse_unless(len(m.marks) < MAX_MARKS, "it is nested too deep")
    m.marks.append(m.stack)
    m.stack = []


def _pop(m: Machine) -> None:
    if m.stack:
        m.stack.pop()
    else:
        m.pop_mark()


def _text(layout: str, encoding: str) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        length = m.number(layout)
        refuse_unless(length <= MAX_TEXT or length > len(m.data), "it holds too long a text")
        m.stack.append(str(m.take(length), encoding, "surrogatepass"))

    return step


def _bytes(layout: str) -> Callable[[Machine], None]:
    return lambda m: m.stack.append(m.take(m.number(layout)))


def _number(layout: str) -> Callable[[Machine], None]:
    return lambda m: m.stack.append(m.number(layout))


def _long(layout: str) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        length = m.number(layout)
        refuse_unless(0 <= length <= 255, "it holds an absurdly large number")
        m.stack.append(int.from_bytes(m.take(length), "little", signed=True))

    return step


def _get(layout: str) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        index = m.number(layout)
        refuse_unless(index in m.memo, "its pickle is damaged")
        m.stack.append(m.memo[index])

    return step


def _put(layout: str) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        index = m.number(layout)
        m.memo[index] = m.stack[-1] if m.stack else m.pop()

    return step


def _memoize(m: Machine) -> None:
    m.memo[len(m.memo)] = m.stack[-1] if m.stack else m.pop()


def _tuple(count: int) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        values = [m.pop() for _ in range(count)]
        m.stack.append(tuple(reversed(values)))

    return step


def _dict(m: Machine) -> None:
    items = m.pop_mark()
    m.stack.append({})
    _set_items(m.stack[-1], items)


def _append(m: Machine) -> None:
    value = m.pop()
    m.top(list).append(value)


def _appends(m: Machine) -> None:
    values = m.pop_mark()
    m.top(list).extend(values)


def _set_item(m: Machine) -> None:
    value, key = m.pop(), m.pop()
    _set_items(m.top(dict), [key, value])


def _set_many(m: Machine) -> None:
    items = m.pop_mark()
    _set_items(m.top(dict), items)


def _add_items(m: Machine) -> None:
    values = m.pop_mark()
    m.top(set).update(plain_key(value) for value in values)


def _global(m: Machine) -> None:
    module = m.line()
    m.stack.append(m.word(module, m.line()))


def _stack_global(m: Machine) -> None:
    name, module = m.pop(), m.pop()
    m.stack.append(m.word(module, name))


def _reduce(m: Machine) -> None:
    arguments, word = m.pop(), m.pop()
    callable_word = isinstance(word, Word) and word.call and type(arguments) is tuple
    refuse_unless(callable_word, "it calls something that is not to be called; nothing was run")
    try:
        m.stack.append(word.call(m, *arguments))
    except (TypeError, AttributeError, KeyError, IndexError, OverflowError):
        raise RefusedError(f"it uses {word.name} in a way that makes no sense") from None


def _new_object(m: Machine) -> None:
    _, word = m.pop(), m.pop()
    refuse_unless(isinstance(word, Word) and word.new, "it makes an object that no model needs")
    m.stack.append(word.new())


def _build(m: Machine) -> None:
    state = m.pop()
    target = m.stack[-1] if m.stack else m.pop()
    if type(target) is Node:
        refuse_unless(type(state) is dict, f"the state of its {target.kind[:80]} is no dictionary")
        target.state.update(state)
        m.findings.add_source(state.get("build_module_src"))
    elif type(target) is NumberType:
        _build_number_type(target, state)
    elif type(target) is StoredTensor and target.storage is None:
        _build_array(target, state)
    else:  # the attributes of a dictionary, such as the _metadata of a state_dict, are dropped
        plain = type(target) is dict and type(state) is dict
        refuse_unless(plain, "it sets attributes of something that has none; nothing was run")


def _build_number_type(target: NumberType, state: Any) -> None:
    """(version, byte order, no subtype, no names, no fields, -1, -1, 0, ...)."""
    order = state[1] if type(state) is tuple and 8 <= len(state) <= 9 else None
    plain = order in ("<", ">", "|", "=") and state[2:7] == (None, None, None, -1, -1)
    refuse_unless(plain, "it holds numbers of an unusual type")
    target.order = ">" if order == ">" else "<"


def _build_array(target: StoredTensor, state: Any) -> None:
    """(version, shape, number type, Fortran order, bytes)."""
    refuse_unless(type(state) is tuple and len(state) == 5, "an array is damaged")
    _, shape, kind, fortran, data = state
    fill_array(target, shape, kind, data, fortran=bool(fortran))


def _collect(make: Callable[[list[Any]], Any]) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        values = m.pop_mark()
        m.stack.append(make(values))

    return step


def _persistent(m: Machine) -> None:
    if m.persistent is None:
        raise RefusedError("it refers to data outside of itself")
    m.stack.append(m.persistent(m.pop()))


_STOP = ord(".")
_STEPS_BY_NAME: Mapping[bytes, Callable[[Machine], None]] = {
    b"\x80": lambda m: refuse_unless(m.number("<B") <= 5, "its pickle protocol is too new"),
    b"\x95": lambda m: refuse_unless(m.number("<Q") <= len(m.data), "it is truncated"),
    b"(": _mark,
    b"0": _pop,
    b"1": lambda m: m.pop_mark().clear(),
    b"2": lambda m: m.stack.append(m.stack[-1] if m.stack else m.pop()),
    b"N": lambda m: m.stack.append(None),
    b"\x88": lambda m: m.stack.append(True),
    b"\x89": lambda m: m.stack.append(False),
    **{code: _number(layout) for code, layout in ((b"J", "<i"), (b"K", "<B"), (b"M", "<H"))},
    b"G": _number(">d"),
    **{code: _long(layout) for code, layout in ((b"\x8a", "<B"), (b"\x8b", "<i"))},
    **{code: _text(n, "utf-8") for code, n in ((b"\x8c", "<B"), (b"X", "<I"), (b"\x8d", "<Q"))},
    **{code: _text(n, "latin-1") for code, n in ((b"U", "<B"), (b"T", "<i"))},
    **{
        code: _bytes(n)
        for code, n in ((b"C", "<B"), (b"B", "<I"), (b"\x8e", "<Q"), (b"\x96", "<Q"))
    },
    b"]": lambda m: m.stack.append([]),
    b"}": lambda m: m.stack.append({}),
    b"\x8f": lambda m: m.stack.append(set()),
    b")": _tuple(0),
    b"\x85": _tuple(1),
    b"\x86": _tuple(2),
    b"\x87": _tuple(3),
    b"l": _collect(list),
    b"t": _collect(tuple),
    b"d": _dict,
    b"a": _append,
    b"e": _appends,
    b"s": _set_item,
    b"u": _set_many,
    b"\x90": _add_items,
    b"\x91": _collect(lambda values: frozenset(map(plain_key, values))),
    **{code: _get(layout) for code, layout in ((b"h", "<B"), (b"j", "<I"))},
    **{code: _put(layout) for code, layout in ((b"q", "<B"), (b"r", "<I"))},
    b"\x94": _memoize,
    b"c": _global,
    b"\x93": _stack_global,
    b"R": _reduce,
    b"\x81": _new_object,
    b"b": _build,
    b"Q": _persistent,
}
_STEPS = {code[0]: step for code, step in _STEPS_BY_NAME.items()}
