package jong.engine.containers;

/**
 * What clients can do with containers.
 *
 * @param creator makes them
 * @param lifecycle starts them
 * @param stopper ends them
 * @param freezer pauses them
 * @param remover removes them
 */
record ContainerVerbs(
        Creator creator, Lifecycle lifecycle, Stopper stopper, Freezer freezer, Remover remover) {}
