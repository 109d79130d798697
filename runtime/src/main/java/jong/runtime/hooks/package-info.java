/** Programs that a configuration wants run around a container's life, and what they are told. */
package jong.runtime.hooks;
