/** Which hosts answer for a registry, and how they are reached. */
package jong.registry.hosts;
