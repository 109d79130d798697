/** Pulls from and pushes to registries by the distribution spec. */
package jong.registry;
