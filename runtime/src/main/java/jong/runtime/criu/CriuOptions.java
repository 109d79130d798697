package jong.runtime.criu;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The options of a dump or a restoration: {@code criu_opts} of CRIU's images/rpc.proto, as far as
 * they are used. Each is what the option of that name is on criu's command line (criu(8)).
 */
public final class CriuOptions {

    /** Those that are on or off. */
    public enum Flag {
        LEAVE_RUNNING(3),
        EXT_UNIX_SK(4),
        TCP_ESTABLISHED(5),
        EVASIVE_DEVICES(6),
        SHELL_JOB(7),
        FILE_LOCKS(8),
        NOTIFY_SCRIPTS(12),
        TRACK_MEM(15),
        AUTO_DEDUP(16),
        LINK_REMAP(18),
        /** What it once took instead of {@link Numeric#MANAGE_CGROUPS_MODE}. */
        MANAGE_CGROUPS(24),
        RST_SIBLING(26),
        TCP_SKIP_IN_FLIGHT(46),
        LAZY_PAGES(48),
        ORPHAN_PTS_MASTER(50);

        private final int field;

        Flag(int field) {
            this.field = field;
        }
    }

    /** Those with a number; descriptors are those of the process that made the socket. */
    public enum Numeric {
        IMAGES_DIR_FD(1),
        PID(2),
        LOG_LEVEL(9),
        WORK_DIR_FD(17),
        MANAGE_CGROUPS_MODE(34),
        EMPTY_NS(38),
        STATUS_FD(49);

        private final int field;

        Numeric(int field) {
            this.field = field;
        }
    }

    /** Those with a word. */
    public enum Text {
        LOG_FILE(10),
        ROOT(13),
        PARENT_IMG(14),
        FREEZE_CGROUP(44),
        CONFIG_FILE(51),
        LSM_PROFILE(53),
        LSM_MOUNT_CONTEXT(63);

        private final int field;

        Text(int field) {
            this.field = field;
        }
    }

    private static final int PAGE_SERVER = 11;
    private static final int EXTERNAL_MOUNT = 23;
    private static final int CGROUP_ROOT = 25;
    private static final int INHERITED_DESCRIPTOR = 27;
    private static final int EXTERNAL = 37;
    private static final int JOINED_NAMESPACE = 39;

    private final MessageWriter message = new MessageWriter();
    private final List<String> described = new ArrayList<>();

    public CriuOptions with(Flag option, boolean value) {
        message.flag(option.field, value);
        return noted(option.name(), value);
    }

    public CriuOptions with(Numeric option, int value) {
        message.number(option.field, value);
        return noted(option.name(), value);
    }

    public CriuOptions with(Text option, String value) {
        message.text(option.field, value);
        return noted(option.name(), value);
    }

    /** Where memory is sent to, in place of files. */
    public CriuOptions withPageServer(String address, int port) {
        message.message(PAGE_SERVER, new MessageWriter().text(1, address).number(2, port));
        return noted("PS", address + ":" + port);
    }

    /**
     * A mount that is not the container's own: at a dump the name that stands for the mount point
     * {@code key}; at a restoration what is shown for the name {@code key}.
     */
    public CriuOptions withExternalMount(String key, String value) {
        return withPair(EXTERNAL_MOUNT, "EXT_MNT", key, value);
    }

    /** Below which path the groups of a controller are made again. */
    public CriuOptions withCgroupRoot(String controller, String path) {
        return withPair(CGROUP_ROOT, "CG_ROOT", controller, path);
    }

    /** What a restored process has open in place of what {@code key} names: criu's descriptor. */
    public CriuOptions withInheritedDescriptor(String key, int descriptor) {
        message.message(
                INHERITED_DESCRIPTOR, new MessageWriter().text(1, key).number(2, descriptor));
        return noted("INHERIT_FD", key + ":" + descriptor);
    }

    /** Something outside that is left as it is, such as {@code net[INODE]:KEY}. */
    public CriuOptions withExternal(String resource) {
        message.text(EXTERNAL, resource);
        return noted("EXTERNAL", resource);
    }

    /** The namespace of that file in place of a new one. */
    public CriuOptions withJoinedNamespace(String kind, String file) {
        return withPair(JOINED_NAMESPACE, "JOIN_NS", kind, file);
    }

    private CriuOptions withPair(int field, String name, String first, String second) {
        message.message(field, new MessageWriter().text(1, first).text(2, second));
        return noted(name, first + ":" + second);
    }

    private CriuOptions noted(String name, Object value) {
        described.add(name.toLowerCase(Locale.ROOT) + " with value " + value);
        return this;
    }

    /** A line for each option that was set, for a log. */
    public List<String> described() {
        return List.copyOf(described);
    }

    MessageWriter message() {
        return message;
    }
}
