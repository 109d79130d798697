/** Compiles an OCI configuration into a plan for the native program; pure data, no root needed. */
package jong.runtime.plan;
