package jong.linux.calls;

import java.util.Locale;
import jong.linux.Arch;

/** The system calls that this module makes, with their numbers on each architecture it runs on. */
public enum Syscall {
    READ(0, 63),
    WRITE(1, 64),
    PREAD64(17, 67),
    PWRITE64(18, 68),
    CLOSE(3, 57),
    OPENAT2(437, 437),
    MKDIRAT(258, 34),
    MKNODAT(259, 33),
    SYMLINKAT(266, 36),
    LINKAT(265, 37),
    UNLINKAT(263, 35),
    RENAMEAT2(316, 276),
    READLINKAT(267, 78),
    STATX(332, 291),
    FCHOWNAT(260, 54),
    FCHOWN(93, 55),
    FCHMOD(91, 52),
    FCHMODAT(268, 53),
    FCHMODAT2(452, 452),
    UTIMENSAT(280, 88),
    FGETXATTR(193, 10),
    GETXATTR(191, 8),
    LGETXATTR(192, 9),
    FSETXATTR(190, 7),
    SETXATTR(188, 5),
    LSETXATTR(189, 6),
    FLISTXATTR(196, 13),
    LISTXATTR(194, 11),
    FREMOVEXATTR(199, 16),
    REMOVEXATTR(197, 14),
    FSYNC(74, 82),
    FDATASYNC(75, 83),
    SYNCFS(306, 267),
    FALLOCATE(285, 47),
    FTRUNCATE(77, 46),
    STATFS(137, 43),
    FSTATFS(138, 44),
    GETDENTS64(217, 61),
    LSEEK(8, 62),
    COPY_FILE_RANGE(326, 285),
    FLOCK(73, 32),
    FCNTL(72, 25),
    IOCTL(16, 29),
    DUP3(292, 24),
    PIPE2(293, 59),
    GETEUID(107, 175),
    GETPID(39, 172),
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    FSOPEN(430, 430),
    FSCONFIG(431, 431),
    FSMOUNT(432, 432),
    MOVE_MOUNT(429, 429),
    OPEN_TREE(428, 428),
    MOUNT_SETATTR(442, 442),
    QUOTACTL_FD(443, 443),
    PIDFD_OPEN(434, 434),
    PIDFD_SEND_SIGNAL(424, 424),
    WAITID(247, 95),
    EPOLL_CREATE1(291, 20),
    EPOLL_CTL(233, 21),
    EPOLL_PWAIT(281, 22),
    EVENTFD2(290, 19),
    PPOLL(271, 73),
    KILL(62, 129),
    SOCKET(41, 198),
    BIND(49, 200),
    SENDTO(44, 206),
    RECVFROM(45, 207),
    SETSOCKOPT(54, 208),
    GETSOCKNAME(51, 204),
    SETNS(308, 268),
    UNSHARE(272, 97),
    GETTID(186, 178);

    private final int number;

    Syscall(int x86, int arm) {
        this.number = Arch.host() == Arch.AARCH64 ? arm : x86;
    }

    /** The number on this machine. */
    public int number() {
        return number;
    }

    /** The call's name, as in its manual page's title or, where that differs, the kernel's. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
