/** Pulls from registries by the distribution spec. */
package jong.registry;
