/** What a container may do with devices, on cgroup v1 and v2. */
package jong.runtime.devices;
