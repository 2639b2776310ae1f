import type { JsonSchema } from "@/lib/api/document";
import { type FieldRow, fieldRows, type TypePart, typeOf } from "./fields";

export const schemaAnchor = (name: string) => `schema-${name}`;

/** A sentence in which backticks mark code. */
export function Prose({ text }: { text: string }) {
  return text.split("`").map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence have no other identity.
      <code key={index} className="font-mono text-[0.92em] wrap-anywhere">
        {part}
      </code>
    ),
  );
}

/** A described type; named schemas link to their section. */
export function TypeLabel({ type }: { type: readonly TypePart[] }) {
  return type.map((part, index) =>
    typeof part === "string" ? (
      part
    ) : (
      <a
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a type have no other identity.
        key={index}
        href={`#${schemaAnchor(part.schema)}`}
        className="text-accent underline underline-offset-2"
      >
        {part.schema}
      </a>
    ),
  );
}

/** A schema's fields, or its type if it has none. */
export function FieldTable({ label, schema }: { label: string; schema: JsonSchema }) {
  const rows = fieldRows(schema);
  if (rows.length > 0) return <RowTable label={label} rows={rows} />;
  return (
    <p className="text-ink-2">
      <TypeLabel type={typeOf(schema)} />
    </p>
  );
}

const head = "px-3 py-1.5 text-left text-sm font-medium text-ink-3";
const cell = "px-3 py-1.5 align-top wrap-anywhere";

export function RowTable({ label, rows }: { label: string; rows: readonly FieldRow[] }) {
  return (
    <div className="rounded-lg border border-line bg-panel">
      <table aria-label={label} className="w-full table-fixed">
        <thead>
          <tr>
            <th scope="col" className={head}>
              Name
            </th>
            <th scope="col" className={head}>
              Type
            </th>
            <th scope="col" className={`${head} w-1/2`}>
              Meaning
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, type, isRequired, description }) => (
            <tr key={name} className="border-t border-line">
              <th scope="row" className={`${cell} text-left font-mono text-sm font-normal`}>
                {name}
                {!isRequired && <span className="block font-sans text-ink-3">optional</span>}
              </th>
              <td className={`${cell} text-sm text-ink-2`}>
                <TypeLabel type={type} />
              </td>
              <td className={cell}>
                <Prose text={description} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
