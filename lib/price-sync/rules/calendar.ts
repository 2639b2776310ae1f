import { formatMoney, formatPriceUsd, pluralize } from "@/lib/format";
import type { ComingChange, ComingChanges } from "@/lib/price-sync/schema";
import { describeUnconfirmed } from "@/lib/prices/rules/price-doubts";
import { describeTooLow } from "@/lib/usage/rules/too-low-labels";

/** The changes as all-day events of an iCalendar file (RFC 5545). */
export function calendarOf({ as_of, changes }: ComingChanges): string {
  const stamp = `${as_of.slice(0, 19).replace(/[-:]/g, "")}Z`;
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Switchboard//What changes next//EN",
    ...changes.flatMap((change) => eventOf(change, stamp)),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

function eventOf(change: ComingChange, stamp: string): string[] {
  const { kind, pk, on } = change;
  return [
    "BEGIN:VEVENT",
    `UID:${encodeURIComponent(`${kind}-${pk}-${on}`)}@switchboard`,
    `DTSTAMP:${stamp}`,
    `DTSTART;VALUE=DATE:${on.replaceAll("-", "")}`,
    `SUMMARY:${escaped(titleOf(change))}`,
    `DESCRIPTION:${escaped(descriptionOf(change))}`,
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
  ];
}

/** A title such as "GPT-4o is retired". */
export function titleOf({ kind, display_name }: ComingChange): string {
  return kind === "retirement"
    ? `${display_name} is retired`
    : `The price of ${display_name} changes`;
}

function descriptionOf(change: ComingChange): string {
  const { pk, agents, month_usd, then_usd, prices, too_low, source } = change;
  const names = { input_price: "Input", output_price: "Output" } as const;
  const users = agents === null ? "" : `${pluralize(agents, "agent uses", "agents use")} it.`;
  const cost =
    month_usd === null
      ? ""
      : `The last 30 days cost ${formatMoney(month_usd)}${then_usd === null ? "" : `, then ${formatMoney(then_usd)}`}.`;
  const unconfirmed = describeUnconfirmed(change).map((part) => `${part}.`);
  return [
    pk,
    ...prices.map(
      ({ name, from, to }) => `${names[name]}: ${usd(from)} → ${usd(to)} per 1M tokens`,
    ),
    [users, cost, ...unconfirmed, cost && describeTooLow(too_low)].filter(Boolean).join(" "),
    source ?? "",
  ]
    .filter(Boolean)
    .join("\n");
}

const usd = (price: number | null) => (price === null ? "unknown" : formatPriceUsd(price, "1M"));

/** Escapes a text value and removes control characters, which other tools may have put into a name. */
function escaped(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/[\\;,]/g, (character) => `\\${character}`)
    .replaceAll("\n", "\\n")
    .replace(/\p{Cc}/gu, "");
}

const maxLineBytes = 75;

/** Folds long lines: a continuation line begins with a space. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = "";
  for (const character of line) {
    if (Buffer.byteLength(part + character) > maxLineBytes) {
      parts.push(part);
      part = " ";
    }
    part += character;
  }
  return [...parts, part].join("\r\n");
}
