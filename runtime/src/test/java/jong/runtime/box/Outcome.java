package jong.runtime.box;

/**
 * How a container ended.
 *
 * @param status the program's exit status: the process's own, or 255 when it could not be started
 * @param output what it wrote on standard output
 * @param errors what it, or the program that started it, wrote on standard error
 */
public record Outcome(int status, String output, String errors) {

    /** Whether the native program refused, naming the error's number. */
    public boolean failedWith(int errno) {
        return status == 255 && errors.matches("(?s).*^error \\d+ \\d+ " + errno + " .*")
                || status == 255 && errors.matches("(?s)error \\d+ \\d+ " + errno + " .*");
    }
}
