import type { ReactNode } from "react";

/** Deeper values are shown as JSON. */
const maxDepth = 5;

/** Renders a JSON value of a row: objects as lists of names and values. */
export function JsonValue({ value, depth = 0 }: { value: unknown; depth?: number }) {
  if (typeof value !== "object" || value === null) return <Scalar value={value} />;
  if (depth >= maxDepth) return <Mono>{JSON.stringify(value)}</Mono>;
  return Array.isArray(value) ? (
    <Items items={value} depth={depth} />
  ) : (
    <Entries entries={Object.entries(value)} depth={depth} />
  );
}

type EntriesProps = { entries: readonly (readonly [string, unknown])[]; depth?: number };

/** Names and values side by side; nested values below their name. */
export function Entries({ entries, depth = 0 }: EntriesProps) {
  if (entries.length === 0) return <span className="text-ink-3">empty</span>;
  return (
    <dl className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-4 gap-y-1">
      {entries.map(([name, value]) => {
        const below = hasParts(value);
        return (
          <div key={name} className={below ? "col-span-2" : "contents"}>
            <dt className="text-ink-3 wrap-anywhere">{name}</dt>
            <dd className={below ? "mt-1 border-l border-line pl-3" : "wrap-anywhere"}>
              <JsonValue value={value} depth={depth + 1} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Items({ items, depth }: { items: readonly unknown[]; depth: number }) {
  if (items.length === 0) return <span className="text-ink-3">empty list</span>;
  if (!hasParts(items)) {
    const texts = items.map((item) => (typeof item === "string" ? item : JSON.stringify(item)));
    return <Mono>{texts.join(", ")}</Mono>;
  }
  return (
    <ol className="flex flex-col gap-2">
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items have no other identity
        <li key={index} className="wrap-anywhere">
          <JsonValue value={item} depth={depth + 1} />
        </li>
      ))}
    </ol>
  );
}

/** Only a list of plain values fits on one line. */
function hasParts(value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.some((item) => typeof item === "object" && item !== null);
  }
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

function Scalar({ value }: { value: unknown }) {
  if (value === "") return <span className="text-ink-3">empty</span>;
  if (value === null) return <span className="text-ink-3">null</span>;
  return <Mono>{typeof value === "string" ? value : JSON.stringify(value)}</Mono>;
}

function Mono({ children }: { children: ReactNode }) {
  return <span className="font-mono text-sm whitespace-pre-wrap wrap-anywhere">{children}</span>;
}
