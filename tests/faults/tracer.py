"""Runs a part of a program in a fork of this process and lets one of its system calls fail, or kills it there.

A fork has everything imported already, so that only the calls of the part itself count and a run costs what the part
costs. The fork is traced with ptrace(2), and a filter of seccomp(2) stops it at the calls of one name only: at the
chosen one it is killed before the call happens, or the call is left out and answered with an error. A socket whose
call fails is closed under the fork as well: a connection that failed once does not go on as if nothing had been.
"""

import ctypes
import os
import platform
import signal
import socket
import struct
import sys
import threading
import traceback
from collections import Counter
from dataclasses import dataclass
from functools import cache

SECONDS = 30  # then the fork hangs
TRACEME, CONT, POKEUSER, SYSCALL, SETOPTIONS, SYSCALL_INFO = 0, 7, 6, 24, 0x4200, 0x420E
OPTIONS = 1 | 2 | 4 | 8 | 1 << 7 | 1 << 20  # say what a stop is, follow forks and threads, end with the tracer
STOPPED_AT_CALL = signal.SIGTRAP | 0x80
ORIG_RAX, RAX = 15 * 8, 10 * 8
ALL_KINDS = 0x40000000  # __WALL: threads as well
ENTRY, FILTERED = 1, 3
NO_NEW_PRIVILEGES, SET_FILTER, MODE_FILTER = 38, 22, 2
TRACE, ALLOW, ERRNO = 0x7FF00000, 0x7FFF0000, 0x50000
EVENT_FILTERED = 7
PIDFD_GETFD = 438
OF_A_SOCKET = {"sendto", "recvfrom", "sendmsg", "recvmsg"}
CALLS = """
read:0 write:1 open:2 close:3 stat:4 fstat:5 lstat:6 poll:7 lseek:8 mmap:9 mprotect:10 munmap:11 brk:12
rt_sigaction:13 rt_sigprocmask:14 ioctl:16 pread64:17 pwrite64:18 readv:19 writev:20 access:21 pipe:22 select:23
sched_yield:24 mremap:25 madvise:28 dup:32 dup2:33 getpid:39 socket:41 connect:42 sendto:44 recvfrom:45 sendmsg:46
recvmsg:47 shutdown:48 getsockname:51 getpeername:52 socketpair:53 setsockopt:54 getsockopt:55 clone:56 fork:57
vfork:58 execve:59 exit:60 wait4:61 kill:62 uname:63 fcntl:72 flock:73 fsync:74 fdatasync:75 truncate:76
ftruncate:77 getcwd:79 rename:82 mkdir:83 rmdir:84 link:86 unlink:87 readlink:89 chmod:90 fchmod:91 chown:92
fchown:93 umask:95 getuid:102 getgid:104 geteuid:107 getegid:108 sigaltstack:131 statfs:137 fstatfs:138 prctl:157
gettid:186 futex:202 sched_setaffinity:203 sched_getaffinity:204 getdents64:217 clock_gettime:228
clock_nanosleep:230 exit_group:231 epoll_wait:232 epoll_ctl:233 openat:257 mkdirat:258 newfstatat:262 unlinkat:263
renameat:264 faccessat:269 ppoll:271 set_robust_list:273 fallocate:285 epoll_create1:291 dup3:292 pipe2:293
prlimit64:302 renameat2:316 getrandom:318 memfd_create:319 copy_file_range:326 statx:332 rseq:334 clone3:435
close_range:436 faccessat2:439
"""
NUMBERS = {name: int(number) for name, number in (part.split(":") for part in CALLS.split())}
NAMES = {number: name for name, number in NUMBERS.items()}


class Info(ctypes.Structure):
    """What the kernel says of a stop at a call."""

    _fields_ = (
        ("op", ctypes.c_uint8), ("pad", ctypes.c_uint8 * 3), ("arch", ctypes.c_uint32), ("at", ctypes.c_uint64 * 2),
        ("number", ctypes.c_uint64), ("arguments", ctypes.c_uint64 * 6), ("more", ctypes.c_uint64 * 2),
    )  # fmt: skip


_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
_libc.ptrace.restype = ctypes.c_long


def _ptrace(request, pid, address=0, data=0):
    """One request; a process that is gone in the meantime is no fault."""
    return _libc.ptrace(request, pid, address, data)


@dataclass(frozen=True)
class Fault:
    """The `number`th call named `name` of the part: an error (its number), or a kill where it is None."""

    name: str
    number: int
    error: int | None = None

    def __str__(self):
        return f"{self.name} {self.number}: {'SIGKILL' if self.error is None else os.strerror(self.error)}"


@dataclass
class Ended:
    """How a fork ended: its exit code (minus the signal), its calls by name, whether the fault happened, or it hung."""

    code: int
    calls: Counter
    reached: bool
    hung: bool


@cache
def can_trace():
    """Whether a fork can be traced here."""
    if platform.machine() != "x86_64" or not sys.platform.startswith("linux"):
        return False
    try:
        return run(lambda: os.getppid()).code == 0
    except OSError:
        return False


def run(part, fault=None):
    """Run `part()` in a fork, with the fault; its exit code is 0, or 70 where it raised."""
    pid = os.fork()
    if pid == 0:
        _be_traced(part, fault)
    _, status = os.waitpid(pid, 0)
    if not os.WIFSTOPPED(status) or _ptrace(SETOPTIONS, pid, 0, OPTIONS):
        os.kill(pid, signal.SIGKILL)
        raise OSError("this system lets no process be traced")
    return _Tracer(pid, fault).follow()


def _be_traced(part, fault):
    os.setpgid(0, 0)
    if _ptrace(TRACEME, 0) == 0:
        os.kill(os.getpid(), signal.SIGSTOP)
    if fault is not None:
        _stop_only_at(NUMBERS[fault.name])
    end_after(part)


def _stop_only_at(number):
    """Tell the kernel to stop this process, and all threads that it will have, at calls of that number."""
    _filter([number], TRACE)


def refuse(names, error):
    """Have the kernel answer all calls of these names with that error, in this process and all that it will start."""
    _filter([NUMBERS[name] for name in names], ERRNO | error)


def _filter(numbers, verdict):
    tests = [(0x15, len(numbers) - at - 1, number == numbers[-1], number) for at, number in enumerate(numbers)]
    lines = [(0x20, 0, 0, 0), *tests, (0x06, 0, 0, verdict), (0x06, 0, 0, ALLOW)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    filters = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(lines), ctypes.addressof(program)))
    if _libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or _libc.prctl(SET_FILTER, MODE_FILTER, filters, 0, 0):
        raise OSError(ctypes.get_errno(), "this system takes no filter of calls")


def end_after(part):
    """In a fork: run `part()` and end, with exit code 70 where it raised."""
    code = 70
    try:
        part()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


class _Tracer:
    """Follows one fork, with all its threads, to its end."""

    def __init__(self, pid, fault):
        self.pid, self.fault = pid, fault
        self.calls, self.info = Counter(), Info()
        self.how = SYSCALL if fault is None else CONT  # stop at every call, or where the filter says
        self.reached = self.hung = False
        self.code = None

    def follow(self):
        watch = threading.Timer(SECONDS, self._hang)
        watch.start()
        self._go(self.pid)
        while True:
            try:
                pid, status = os.waitpid(-self.pid, ALL_KINDS)
            except ChildProcessError:
                break
            if os.WIFSTOPPED(status):
                self._stopped(pid, status)
            elif pid == self.pid:
                self.code = os.waitstatus_to_exitcode(status)
        watch.cancel()
        watch.join()
        return Ended(self.code, self.calls, self.reached, self.hung)

    def _hang(self):
        self.hung = True
        os.killpg(self.pid, signal.SIGKILL)

    def _hang_up(self, descriptor):
        process = os.pidfd_open(self.pid)
        with socket.socket(fileno=_libc.syscall(PIDFD_GETFD, process, descriptor, 0)) as theirs:
            theirs.shutdown(socket.SHUT_RDWR)
        os.close(process)

    def _go(self, pid, deliver=0):
        _ptrace(self.how, pid, 0, deliver)

    def _stopped(self, pid, status):
        stop = os.WSTOPSIG(status)
        if stop == STOPPED_AT_CALL or status >> 16 == EVENT_FILTERED:
            self._at_call(pid)
            self._go(pid)
        elif status >> 16 or stop in (signal.SIGSTOP, signal.SIGTRAP):  # a new thread, or its first stop
            self._go(pid)
        else:
            self._go(pid, stop)

    def _at_call(self, pid):
        _ptrace(SYSCALL_INFO, pid, ctypes.sizeof(Info), ctypes.addressof(self.info))
        if self.info.op not in (ENTRY, FILTERED):
            return
        name = NAMES.get(self.info.number, f"call {self.info.number}")
        self.calls[name] += 1
        if self.fault is None or self.reached or self.calls[name] != self.fault.number:
            return
        self.reached = True
        if self.fault.error is None:
            os.kill(self.pid, signal.SIGKILL)
            return
        if name in OF_A_SOCKET:
            self._hang_up(self.info.arguments[0])
        _ptrace(POKEUSER, pid, ORIG_RAX, 2**64 - 1)  # no call
        _ptrace(POKEUSER, pid, RAX, 2**64 - self.fault.error)
