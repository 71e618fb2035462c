"""The disk under a PostgreSQL server and the office that uses it: what all their processes wrote, in one order.

As `tests.faults.disk`, which reads the record of one process. Here each process has descriptors of its own, those that
it began with included, and a flush covers what was written before it began.
"""

import re
from pathlib import Path

from tests.faults import disk
from tests.faults.disk import Step

MORE = "chdir,clone,clone3,fork,vfork,dup,dup2,dup3,fcntl"
STARTS = {"clone", "clone3", "fork", "vfork"}
UNFINISHED = re.compile(r"^(\d+) +(\w+)\((\d*)")
NOT_OF_THE_DISK = re.compile(r"/(pg/|log$|\.s\.PGSQL)")  # the server's own program, what it tells, its socket


class Reader(disk.Reader):
    """Reads the record of many processes; the first is the one that says what is durable."""

    def __init__(self, folder):
        super().__init__(folder)
        self.tables = {}  # process -> (descriptors, offsets, working directory)
        self.main = self.parent = None
        self.cwd = "/"

    def read(self, trace):
        half = {}
        with Path(trace).open(encoding="ascii") as lines:
            for line in lines:
                pid, resumed, rest = disk.LINE.match(line.rstrip("\n")).groups()
                self._switch(pid)
                if rest.endswith("<unfinished ...>"):
                    half[pid] = rest.removesuffix("<unfinished ...>").rstrip()
                    self._begun(pid, half[pid])
                    continue
                self._call(half.pop(pid) + rest if resumed else rest)
                self.tables[pid] = (self.open, self.at, self.cwd)
        return self.steps

    def _switch(self, pid):
        """Take up the descriptors of that process; a new one begins with those of the process that starts one."""
        if self.main is None:
            self.main = self.parent = pid
            self.tables[pid] = ({}, {}, "/")
        if pid not in self.tables:
            opened, at, cwd = self.tables[self.parent]
            self.tables[pid] = (dict(opened), dict(at), cwd)
        self.pid = pid
        self.open, self.at, self.cwd = self.tables[pid]

    def _begun(self, pid, text):
        name = text.partition("(")[0]
        if name in STARTS:
            self.parent = pid
        elif name in ("fsync", "fdatasync"):
            file, _ = self.open.get(self._descriptor(text.partition("(")[2].rstrip(",)")), (0, ""))
            if file:
                self.steps.append(Step("flushing", file, pid))

    def _call(self, text):
        if text.partition("(")[0] in STARTS:
            self.parent = self.pid
            return
        super()._call(text)

    def _name(self, value):
        if not value.startswith(b"/"):
            value = self.cwd.encode() + b"/" + value
        name = super()._name(value)
        return None if name is None or NOT_OF_THE_DISK.search("/" + name) else name

    def _chdir(self, arguments, _result):
        self.cwd = self._texts(arguments)[0].decode()

    def _openat(self, arguments, descriptor):
        if self._name(self._texts(arguments)[0]) is None:
            self.open.pop(descriptor, None)
        else:
            super()._openat(arguments, descriptor)

    def _rename(self, arguments, result):
        old = self._name(self._texts(arguments)[0])
        if old in self.before and old not in self.names:  # a file that nobody had opened
            self.files += 1
            self.names[old] = self.files
            self.steps.append(Step("known", self.files, old))
        super()._rename(arguments, result)

    def _write(self, arguments, count):
        if self._descriptor(arguments) != 1 or self.pid == self.main:
            super()._write(arguments, count)

    def _fsync(self, arguments, _result):
        file, name = self.open.get(self._descriptor(arguments), (None, ""))
        if file is not None:
            self.steps.append(Step("flush", file, self.pid) if file else Step("flush_folder", name=name))

    _fdatasync = _fsync

    def _pwritev(self, arguments, count):
        descriptor = self._descriptor(arguments)
        if descriptor in self.open:
            data = b"".join(self._texts(arguments))
            offset = int(arguments.rsplit(",", 1)[1])
            self.steps.append(Step("write", self.open[descriptor][0], offset=offset, data=data[:count]))

    def _fallocate(self, arguments, _result):
        descriptor = self._descriptor(arguments)
        if descriptor in self.open:
            offset, length = (int(part) for part in arguments.split(",")[-2:])
            self.steps.append(Step("extend", self.open[descriptor][0], offset=offset + length))

    def _sync_file_range(self, arguments, _result):
        """A hint: nothing is safe after it."""

    def _dup(self, arguments, descriptor):
        self._same(self._descriptor(arguments), descriptor)

    _dup2 = _dup3 = _dup

    def _fcntl(self, arguments, result):
        if "F_DUPFD" in arguments:
            self._same(self._descriptor(arguments), result)

    def _same(self, old, new):
        for table in (self.open, self.at):
            table.pop(new, None)
            if old in table:
                table[new] = table[old]


class Disk(disk.Disk):
    """A disk that may lie: one that is not `true` flushes nothing of the server's log when it is told to."""

    def __init__(self, base, true=True):
        super().__init__(base)
        self.true, self.begun = true, {}

    def do(self, step):
        if step.kind == "flushing":
            self.begun[step.name] = len(self.files[step.file].pending)
        elif step.kind == "extend":
            file = self.files[step.file]
            size = len(file.now())
            if step.offset > size:
                file.pending.append(Step("size", step.file, offset=step.offset))
        elif step.kind == "flush":
            self._flush(self.files[step.file], self.begun.pop(step.name, None), step.file)
        else:
            super().do(step)

    def _flush(self, file, count, number):
        if not self.true and "/pg_wal/" in self._name_of(number):
            return
        done, file.pending = file.pending[:count], file.pending[len(file.pending[:count]) :]
        for step in done:
            disk.apply(file.safe, step)

    def _name_of(self, number):
        return next((name for name, file in self.safe.files.items() if file == number), "")
