package jong.manager.erofs;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import jong.linux.files.FileType;

/**
 * A file of a layer; hard links are one object under several names.
 *
 * <p>Besides what the archive says, it holds its place in the image, which {@link ImageLayout}
 * decides.
 */
abstract sealed class Inode permits DirectoryInode, FileInode, SpecialInode, SymlinkInode {

    private int permissions;
    private int uid;
    private int gid;
    private long modifiedNanos;
    private Map<String, byte[]> attributes = Map.of();

    private boolean linked;
    private int links;
    private int nid;
    private int dataBlock;

    /** The kind of file. */
    abstract FileType type();

    /** Permission bits with set-id and sticky bits. */
    int permissions() {
        return permissions;
    }

    int uid() {
        return uid;
    }

    int gid() {
        return gid;
    }

    /** When it changed, in nanoseconds since the epoch. */
    long modifiedNanos() {
        return modifiedNanos;
    }

    /** Extended attributes by full name. */
    Map<String, byte[]> attributes() {
        return attributes;
    }

    /** Sets owner, group and permissions as chown(2) and chmod(2) do. */
    void own(int newUid, int newGid, int newPermissions) {
        uid = newUid;
        gid = newGid;
        permissions = newPermissions;
        byte[] acl = attributes.get(PosixAcl.ACCESS);
        if (acl != null) {
            keep(PosixAcl.ACCESS, PosixAcl.changeMode(acl, newPermissions));
        }
    }

    void modified(long nanos) {
        modifiedNanos = nanos;
    }

    /**
     * Sets an extended attribute by the kernel's rules: some are left out, and an access control
     * list changes the permissions.
     */
    void setAttribute(String name, byte[] value) throws IOException {
        switch (AttributeRules.of(type(), name)) {
            case IGNORE -> {}
            case KEEP -> {
                AttributeRules.check(name, value);
                keep(name, value);
            }
            case ACCESS_CONTROL -> setAccessControl(name, value);
        }
    }

    private void setAccessControl(String name, byte[] value) throws IOException {
        Optional<PosixAcl> acl = PosixAcl.parse(name, value);
        boolean access = name.equals(PosixAcl.ACCESS);
        if (acl.isPresent() && !access && type() != FileType.DIRECTORY) {
            throw new IOException("default access control list of a " + type() + " in layer");
        }
        if (acl.isPresent() && access) {
            permissions = acl.get().permissions(permissions);
        }
        if (acl.isPresent() && !(access && acl.get().isMode())) {
            keep(name, value);
        } else if (attributes.containsKey(name)) {
            attributes.remove(name);
        }
    }

    /** Sets an extended attribute whatever the rules. */
    void keep(String name, byte[] value) {
        if (attributes.isEmpty()) {
            attributes = LinkedHashMap.newLinkedHashMap(1);
        }
        attributes.put(name, value);
    }

    /** Whether it has, or had, more than one name. */
    boolean isLinked() {
        return linked;
    }

    void link() {
        linked = true;
    }

    /** How many names it has. */
    int links() {
        return links;
    }

    void links(int count) {
        links = count;
    }

    /** Its number: its place in the image in units of 32 bytes. */
    int nid() {
        return nid;
    }

    void nid(int number) {
        nid = number;
    }

    /** The first block of content that lies apart from the inode, in the image. */
    int dataBlock() {
        return dataBlock;
    }

    void dataBlock(int block) {
        dataBlock = block;
    }
}
