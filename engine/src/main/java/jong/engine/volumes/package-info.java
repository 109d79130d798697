/** Volumes: data that outlives containers. */
package jong.engine.volumes;
