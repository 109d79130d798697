package jong.manager.unpack;

/** Ends threads that work for another one. */
public final class Interruption {

    private Interruption() {}

    /** Interrupts a thread and waits until it has ended, whoever interrupts meanwhile. */
    public static void end(Thread thread) {
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
