package jong.manager.tasks;

import jong.wire.json.JsonObject;

/**
 * What {@link Task#exec} runs.
 *
 * @param process {@code process} of the OCI runtime specification
 * @param stdio what its stdin, stdout and stderr are
 */
public record ExecRequest(JsonObject process, Stdio stdio) {}
