import { Tag } from "@/components/ui/text/tag";
import { agentTools } from "@/lib/agents/rules/tools";
import { Entries } from "./json-value";

/** What names a tool or switches it; everything else that its entry holds is shown below it. */
const told: readonly string[] = ["tool_name", "tool_id", "name", "enabled"];

/** An agent's tools, each with what its entry says besides its name. */
export function ToolList({ tools }: { tools: readonly unknown[] }) {
  if (tools.length === 0) return <p className="text-ink-3">None: the model only writes.</p>;
  return (
    <ul className="flex flex-col gap-1.5">
      {tools.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row may name a tool twice
        <li key={index}>
          <Tool entry={entry} />
        </li>
      ))}
    </ul>
  );
}

function Tool({ entry }: { entry: unknown }) {
  const [tool] = agentTools([entry]);
  if (!tool) {
    return (
      <span className="text-warn wrap-anywhere">
        Without a name, so that no agent can call it:{" "}
        <span className="font-mono text-sm">{JSON.stringify(entry)}</span>
      </span>
    );
  }
  const more = furtherEntries(entry, tool.name);
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2 wrap-anywhere">
        <span className="font-mono text-sm">{tool.name}</span>
        {!tool.enabled && <Tag>off</Tag>}
      </p>
      {more.length > 0 && (
        <div className="border-l border-line pl-3 text-sm">
          <Entries entries={more} />
        </div>
      )}
    </>
  );
}

function furtherEntries(entry: unknown, name: string): [string, unknown][] {
  if (typeof entry !== "object" || entry === null) return [];
  return Object.entries(entry).filter(
    // A second name, such as an id beside it, is worth reading.
    ([key, value]) => !told.includes(key) || (key !== "enabled" && value !== name),
  );
}
