import type { ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";
import { formatCount } from "@/lib/format";
import type { RunMessage, RunPart } from "@/lib/runs/schema";
import { FoldedText, indentJson } from "./folded-text";

type Props = {
  messages: readonly RunMessage[];
  /** True if more messages may arrive. */
  isOpen: boolean;
};

type Results = ReadonlyMap<string, string>;
type PartOf<Type extends RunPart["type"]> = Extract<RunPart, { type: Type }>;

/** A run's messages, each tool call with its result. */
export function Conversation({ messages, isOpen }: Props) {
  const results = resultsOf(messages);
  const visible = messages.map((message) => withoutShownResults(message, messages));
  return (
    <ol className="flex flex-col gap-2.5">
      {visible.flatMap(({ role, parts }, index) =>
        parts.map((part, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a conversation only grows at its end
          <Part key={`${index} ${at}`} role={role} part={part} results={results} isOpen={isOpen} />
        )),
      )}
    </ol>
  );
}

function resultsOf(messages: readonly RunMessage[]): Results {
  const results = messages.flatMap(({ parts }) => parts).filter(isResult);
  return new Map(results.map(({ id, content }) => [id, content]));
}

const isResult = (part: RunPart): part is PartOf<"tool_result"> => part.type === "tool_result";

/** Drops results that are shown with their calls. */
function withoutShownResults(message: RunMessage, messages: readonly RunMessage[]): RunMessage {
  const calls = new Set(
    messages.flatMap(({ parts }) =>
      parts.flatMap((part) => (part.type === "tool_call" ? [part.id] : [])),
    ),
  );
  return {
    ...message,
    parts: message.parts.filter((part) => !isResult(part) || !calls.has(part.id)),
  };
}

type PartProps = { role: string; part: RunPart; results: Results; isOpen: boolean };

function Part({ role, part, results, isOpen }: PartProps) {
  switch (part.type) {
    case "text":
      return role === "system" ? (
        <SystemPrompt text={part.text} />
      ) : (
        <Box label={roleName(role)} className={role === "assistant" ? "bg-panel" : "bg-sunken"}>
          {part.text === "" ? (
            <span className="text-ink-3">No text</span>
          ) : (
            <FoldedText text={part.text} what={`${roleName(role).toLowerCase()} message`} />
          )}
        </Box>
      );
    case "tool_call":
      return <ToolCall call={part} result={results.get(part.id)} isOpen={isOpen} />;
    case "tool_result":
      return (
        <Box label="Tool result" className="border-dashed">
          <FoldedText text={indentJson(part.content)} what="tool result" mono />
        </Box>
      );
    case "other":
      return (
        <Box label={`${roleName(role)}, not text`}>
          <FoldedText text={indentJson(part.json)} what="message" mono />
        </Box>
      );
  }
}

type BoxProps = { label: ReactNode; className?: string; children: ReactNode };

function Box({ label, className, children }: BoxProps) {
  return (
    <li className={classNames("min-w-0 rounded-md border border-line px-2.5 py-2", className)}>
      <p className="mb-0.5 text-sm text-ink-3">{label}</p>
      {children}
    </li>
  );
}

function roleName(role: string): string {
  if (role === "") return "Unknown";
  return role.slice(0, 1).toUpperCase() + role.slice(1);
}

function SystemPrompt({ text }: { text: string }) {
  return (
    <li className="min-w-0 rounded-md border border-line bg-sunken">
      <details>
        <summary className="rounded-md px-2.5 py-2 text-sm text-ink-3 hover:text-ink">
          System prompt, {formatCount(text.length)} characters
        </summary>
        <div className="border-t border-line px-2.5 py-2">
          <FoldedText text={text} what="system prompt" />
        </div>
      </details>
    </li>
  );
}

type CallProps = { call: PartOf<"tool_call">; result: string | undefined; isOpen: boolean };

function ToolCall({ call: { name, arguments: args }, result, isOpen }: CallProps) {
  return (
    <Box
      className="border-dashed"
      label={
        <>
          Tool call · <span className="font-mono font-medium text-ink">{name}</span>
        </>
      }
    >
      <FoldedText text={indentJson(args)} what={`arguments of ${name}`} mono />
      {result !== undefined && (
        <div className="mt-2 border-t border-dashed border-line pt-2">
          <p className="mb-0.5 text-sm text-ink-3">Result</p>
          <FoldedText text={indentJson(result)} what={`result of ${name}`} mono />
        </div>
      )}
      {result === undefined && isOpen && (
        <p className="mt-2 border-t border-dashed border-line pt-2 text-sm text-ink-3">
          No result yet
        </p>
      )}
    </Box>
  );
}
