/** Cgroups of containers: made, limited, measured, frozen, emptied, removed. */
package jong.runtime.cgroups;
