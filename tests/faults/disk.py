"""A disk that forgets: what a run wrote, recorded from its system calls, and what a power cut may leave of it.

A write is safe once its file was flushed (fsync, fdatasync); a new name, a renaming or a removal once its folder
was. Everything younger may be there, be gone, or (a write) be there in some of its sectors only.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path

SECTOR = 512
CALLS = (
    "openat,creat,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,sync_file_range,ftruncate,truncate,fallocate,"
    "rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat,symlink,close,lseek,copy_file_range,sendfile"
)
LINE = re.compile(r"^(\d+) +(?:<\.\.\. (\w+) resumed>)?(.*)$")
CALL = re.compile(r"^(\w+)\((.*)\) += (-?\d+|\?)(.*)$")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


def can_trace():
    """Whether system calls can be recorded here."""
    strace = shutil.which("strace")
    if strace is None:
        return False
    return subprocess.run([strace, "-e", "trace=none", "true"], capture_output=True, check=False).returncode == 0


@dataclass(frozen=True)
class Step:
    """One thing that happened to the folder: `kind` and what it was done to."""

    kind: str  # write, size, flush, make, move, remove, folder, flush_folder, said
    file: int = 0
    name: str = ""
    other: str = ""
    offset: int = 0
    data: bytes = b""


def record(command, folder, trace, **options):
    """Run `command` and return the steps by which it changed `folder`, and what it printed in between."""
    reader = Reader(folder)
    inject = ["strace", "-f", "-xx", "-s", "50000000", "-o", str(trace), "-e", f"trace={CALLS}"]
    done = subprocess.run([*inject, *command], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stderr
    return reader.read(trace)


class Reader:
    """Reads the record of one process's system calls."""

    def __init__(self, folder):
        self.folder = os.fspath(folder) + "/"
        self.open = {}  # descriptor -> (file number, or 0 for a folder; name)
        self.at = {}  # descriptor -> offset of the next plain write
        self.names = {}  # name -> file number
        self.files = 0
        self.before = {str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file()}
        self.folders = {"."} | {str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_dir()}
        self.steps = []

    def read(self, trace):
        """The steps of the record, in their order."""
        half = {}
        with Path(trace).open(encoding="ascii") as lines:
            for line in lines:
                pid, resumed, rest = LINE.match(line.rstrip("\n")).groups()
                if rest.endswith("<unfinished ...>"):
                    half[pid] = rest.removesuffix("<unfinished ...>").rstrip()
                    continue
                self._call(half.pop(pid) + rest if resumed else rest)
        return self.steps

    def _call(self, text):
        found = CALL.match(text)
        if found is None or found[3] in ("?",) or found[3].startswith("-"):
            return
        name, arguments, result = found[1], found[2], int(found[3])
        handler = getattr(self, f"_{name}", None)
        if handler is not None:
            handler(arguments, result)
        else:
            texts = [value.decode("utf-8", "replace") for value in self._texts(arguments)]
            touched = any(value.startswith(self.folder) for value in texts) or self._descriptor(arguments) in self.open
            assert not touched, f"the model of the disk does not know {name}: {texts or arguments[:80]}"

    @staticmethod
    def _texts(arguments):
        found = list(TEXT.finditer(arguments))
        assert not any(match[2] for match in found), "the record was cut short"
        return [bytes.fromhex(match[1].replace("\\x", "")) for match in found]

    @staticmethod
    def _descriptor(arguments):
        number = arguments.split(",", 1)[0]
        return int(number) if number.isdigit() else None

    def _name(self, value):
        path = os.path.normpath(value.decode())  # of a file that may be long gone
        if path + "/" == self.folder:
            return "."
        return path.removeprefix(self.folder) if path.startswith(self.folder) else None

    def _openat(self, arguments, descriptor):
        (path,) = self._texts(arguments)
        name = self._name(path)
        self.open.pop(descriptor, None)
        if name is None:
            return
        flags = arguments.split('"')[2]
        if name in self.folders:
            self.open[descriptor] = (0, name)
            return
        if name not in self.names:
            self.files += 1
            self.names[name] = self.files
            self.steps.append(Step("known" if name in self.before else "make", self.files, name))
        file = self.names[name]
        if "O_TRUNC" in flags:
            self.steps.append(Step("size", file, offset=0))
        assert "O_APPEND" not in flags, f"appending to {name} is not in the model"
        self.open[descriptor], self.at[descriptor] = (file, name), 0

    def _close(self, arguments, _result):
        self.open.pop(self._descriptor(arguments), None)

    def _write(self, arguments, count):
        descriptor = self._descriptor(arguments)
        if descriptor == 1:
            self.steps.append(Step("said", data=b"".join(self._texts(arguments))))
        elif descriptor in self.open:
            (data,) = self._texts(arguments)
            self.steps.append(Step("write", self.open[descriptor][0], offset=self.at[descriptor], data=data[:count]))
            self.at[descriptor] += count

    def _pwrite64(self, arguments, count):
        descriptor = self._descriptor(arguments)
        if descriptor in self.open:
            (data,) = self._texts(arguments)
            offset = int(arguments.rsplit(",", 1)[1])
            self.steps.append(Step("write", self.open[descriptor][0], offset=offset, data=data[:count]))

    def _lseek(self, arguments, result):
        descriptor = self._descriptor(arguments)
        if descriptor in self.open:
            self.at[descriptor] = result

    def _fsync(self, arguments, _result):
        file, name = self.open.get(self._descriptor(arguments), (None, ""))
        if file is not None:
            self.steps.append(Step("flush", file) if file else Step("flush_folder", name=name))

    _fdatasync = _fsync

    def _ftruncate(self, arguments, _result):
        descriptor = self._descriptor(arguments)
        if descriptor in self.open:
            self.steps.append(Step("size", self.open[descriptor][0], offset=int(arguments.rsplit(",", 1)[1])))

    def _rename(self, arguments, _result):
        old, new = (self._name(value) for value in self._texts(arguments))
        if old is not None and new is not None:
            self.names[new] = self.names.pop(old)
            self.steps.append(Step("move", self.names[new], old, new))

    def _unlink(self, arguments, _result):
        name = self._name(self._texts(arguments)[0])
        if name is not None:
            self.names.pop(name, None)
            self.before.discard(name)
            self.steps.append(Step("remove", name=name))

    def _mkdir(self, arguments, _result):
        name = self._name(self._texts(arguments)[0])
        if name is not None:
            self.folders.add(name)
            self.steps.append(Step("folder", name=name))

    def _rmdir(self, arguments, _result):
        name = self._name(self._texts(arguments)[0])
        if name is not None:
            self.steps.append(Step("no folder", name=name))


@dataclass
class File:
    """What is safe of a file, and what is not yet."""

    safe: bytearray = field(default_factory=bytearray)
    pending: list = field(default_factory=list)

    def flush(self):
        for step in self.pending:
            apply(self.safe, step)
        self.pending.clear()

    def now(self):
        """The bytes that a program reads."""
        content = bytearray(self.safe)
        for step in self.pending:
            apply(content, step)
        return bytes(content)

    def after_a_cut(self, rng):
        """The bytes that the disk may hold: each pending change is there, gone or torn."""
        left = bytearray(self.safe)
        mood = rng.choice((0.0, 0.3, 0.7, 1.0))  # of a cut: how much of what was pending reached the disk
        for step in self.pending:
            if rng.random() < mood:
                apply(left, step)
            elif step.kind == "write" and rng.random() < 0.5:
                for part in sectors(step):
                    if rng.random() < 0.5:
                        apply(left, part)
        return bytes(left)


def apply(content, step):
    """Change the bytes as the step says; a gap is read as zeros."""
    if step.kind == "size":
        del content[step.offset :]
        content.extend(bytes(step.offset - len(content)))
        return
    content.extend(bytes(max(0, step.offset - len(content))))
    content[step.offset : step.offset + len(step.data)] = step.data


def sectors(step):
    """The write, in pieces that a disk writes whole."""
    start = step.offset
    while start < step.offset + len(step.data):
        stop = min((start // SECTOR + 1) * SECTOR, step.offset + len(step.data))
        yield replace(step, offset=start, data=step.data[start - step.offset : stop - step.offset])
        start = stop


@dataclass
class Names:
    """What stands in the folder: files by name, files that the run has not opened, folders."""

    files: dict = field(default_factory=dict)
    unread: dict = field(default_factory=dict)
    folders: set = field(default_factory=set)

    def copy(self):
        return Names(dict(self.files), dict(self.unread), set(self.folders))

    def take(self, step):
        """A change of names."""
        if step.kind == "make":
            self.files[step.name] = step.file
        elif step.kind == "move":
            self.files.pop(step.name, None)
            self.unread.pop(step.other, None)
            self.files[step.other] = step.file
        elif step.kind == "remove":
            self.files.pop(step.name, None)
            self.unread.pop(step.name, None)
        elif step.kind == "folder":
            self.folders.add(step.name)
        elif step.kind == "no folder":
            self.folders.discard(step.name)


class Disk:
    """A folder as a disk holds it, step by step; `base` is its safe state before the first step."""

    def __init__(self, base):
        self.files = {}
        self.safe = Names()  # the names that a flush of their folder has made safe
        self.young = []  # changes of names that no flush has
        self.said = b""
        for path in sorted(Path(base).rglob("*")):
            name = str(path.relative_to(base))
            if path.is_dir():
                self.safe.folders.add(name)
            else:
                self.safe.unread[name] = path.read_bytes()

    def do(self, step):
        """Take one step."""
        if step.kind == "said":
            self.said += step.data
        elif step.kind in ("write", "size"):
            self.files[step.file].pending.append(step)
        elif step.kind == "flush":
            self.files[step.file].flush()
        elif step.kind == "known":
            self.files[step.file] = File(bytearray(self.safe.unread.pop(step.name)))
            self.safe.files[step.name] = step.file
        elif step.kind == "flush_folder":
            self._settle(step.name)
        else:
            if step.kind == "make":
                self.files[step.file] = File()
            self.young.append(step)

    def _settle(self, folder):
        for step in [step for step in self.young if str(Path(step.other or step.name).parent) == folder]:
            self.safe.take(step)
            self.young.remove(step)

    def cut(self, target, rng):
        """Write into `target` what is left when the power goes now."""
        self._write(target, rng.randint(0, len(self.young)), lambda file: file.after_a_cut(rng))

    def stop(self, target):
        """Write into `target` what is there when the process is killed now, and the machine goes on."""
        self._write(target, len(self.young), File.now)

    def _write(self, target, young, content_of):
        names = self.safe.copy()
        for step in self.young[:young]:
            names.take(step)
        for folder in sorted(names.folders):
            (target / folder).mkdir(parents=True, exist_ok=True)
        for name, content in names.unread.items():
            put(target / name, content)
        for name, file in names.files.items():
            if not name.endswith("-shm"):  # shared memory: never read after a restart
                put(target / name, content_of(self.files[file]))


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o600)
