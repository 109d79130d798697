package jong.runtime.cgroups;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The sizes of huge pages that this machine has, as control files name them. */
final class HugepageSizes {

    private static final Path DIRECTORY = Path.of("/sys/kernel/mm/hugepages");
    private static final String PREFIX = "hugepages-";
    private static final long STEP = 1024;
    private static final String UNITS = "KMG";

    private HugepageSizes() {}

    /** Such as {@code 2MB} and {@code 1GB}. */
    static List<String> ofMachine() throws IOException {
        List<String> sizes = new ArrayList<>();
        if (!Files.isDirectory(DIRECTORY)) {
            return sizes;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(DIRECTORY, PREFIX + "*kB")) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                sizes.add(name(Long.parseLong(name.substring(PREFIX.length(), name.length() - 2))));
            }
        }
        return sizes;
    }

    static String name(long kilobytes) {
        long number = kilobytes;
        int unit = 0;
        while (number >= STEP && unit < UNITS.length() - 1) {
            number /= STEP;
            unit++;
        }
        return number + UNITS.substring(unit, unit + 1) + "B";
    }
}
