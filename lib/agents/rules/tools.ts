export type AgentTool = { name: string; enabled: boolean };

/** An agent's tools, in any of the shapes that deployments write; `enabled` defaults to true. */
export function agentTools(tools: unknown[] | null): AgentTool[] {
  return (tools ?? []).flatMap((entry): AgentTool[] => {
    if (typeof entry === "string") return [{ name: entry, enabled: true }];
    if (typeof entry !== "object" || entry === null) return [];
    const tool = entry as Record<string, unknown>; // The line above leaves only objects.
    const name = [tool.tool_name, tool.tool_id, tool.name].find(
      (value) => typeof value === "string",
    );
    return typeof name === "string" ? [{ name, enabled: tool.enabled !== false }] : [];
  });
}
