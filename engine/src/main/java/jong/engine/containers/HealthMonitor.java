package jong.engine.containers;

/** Told when a container begins and ends to be worth probing. */
interface HealthMonitor {

    /** It runs. */
    void started(Container container);

    /** It does not run, or is paused. */
    void stopped(Container container);
}
