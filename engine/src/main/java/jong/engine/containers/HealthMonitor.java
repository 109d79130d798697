package jong.engine.containers;

/** Told when a container begins and ends to be worth probing. */
interface HealthMonitor {

    /** A run of it began, or was found by a new daemon: its health is not known. */
    void started(Container container);

    /** It goes on after a pause. */
    void resumed(Container container);

    /** It does not run, or is paused; docker then calls it unhealthy. */
    void stopped(Container container);
}
