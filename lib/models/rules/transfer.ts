import Papa from "papaparse";
import { AppError } from "@/lib/errors";
import { pluralize } from "@/lib/format";
import { transferNames } from "@/lib/models/rules/transfer-schema";
import type { ModelRecord } from "@/lib/models/schema";
import { type Notation, parseNumber } from "@/lib/numbers";
import { parseJsonText } from "@/lib/parse-json";

/** An unvalidated row of an import. */
export type InputRow = {
  /** The row's number, starting at 1. */
  row: number;
  /** The row's line in a CSV file, counting the header, blank lines and line breaks in quotes. */
  line?: number;
  values: unknown;
};

const booleans = new Set(["supports_tools", "supports_vision", "is_active", "is_default"]);
/** Our exports write these without decimals, so 128.000 is ambiguous. */
const counts = new Set(["max_tokens", "max_output_tokens"]);
const numbers = new Set([
  "input_price",
  "output_price",
  "cache_read_price",
  "cache_write_price",
  ...counts,
]);
/** Attributes that every model has; an empty cell leaves them unchanged. */
const always = new Set(["provider", "model_id", "display_name", "is_active", "is_default"]);

/** Formulas are escaped with a leading quote on export and unescaped on import. */
const formula = /^'*[=+\-@\t\r\n]/;
const escaped = /^'(?='*[=+\-@\t\r\n])/;

/** The most rows of a file: ten times the models of all providers. */
const maxRows = 10_000;
/** The most lines of a file, because spreadsheets leave blank lines. */
const maxLines = 5 * maxRows;
/** The most lines, cells and quotes, or JSON values: the rows are unknown until the file is parsed. */
const maxParts = 1_000_000;
/** The most cells of a row, or members of an object. */
const maxColumns = 1_000;
/** The most characters of a cell: an ARN is the longest valid value. */
const maxCellCharacters = 2_048;

const tooManyRows = () =>
  new AppError("too_large", `The file has more than ${maxRows} rows. Split it.`);

/** @throws AppError `malformed` with the line, `too_large` */
export function readCsv(text: string): InputRow[] {
  const { content, skipped } = withoutSeparatorLine(text.replace(/^\uFEFF/, ""));
  const delimiter = delimiterOf(content);
  // Spreadsheets that separate cells with semicolons use the comma as the decimal sign.
  const notation = delimiter === ";" ? "typed" : "program";
  assertPartCount(content, delimiter);
  const { data, errors } = Papa.parse<string[]>(content, { delimiter, preview: maxLines });
  if (data.length >= maxLines) throw tooManyRows();
  const [wrong] = errors.filter(({ code }) => code !== "UndetectableDelimiter");
  if (wrong) {
    const line = 1 + skipped + countLineBreaks(content.slice(0, wrong.index));
    throw new AppError("malformed", `Line ${line}: ${wrong.message}.`);
  }
  const lines = withLines(data, 1 + skipped).filter(({ cells }) =>
    cells.some((cell) => cell.trim() !== ""),
  );
  const [header, ...rows] = lines;
  if (!header) throw new AppError("malformed", "The file is empty.");
  if (rows.length > maxRows) throw tooManyRows();
  for (const { cells, line } of lines) assertCellLengths(`Line ${line}`, cells);
  const names = readHeader(header);
  return rows.map(({ cells, line }, index) => {
    const extra = cells.slice(names.length).filter((cell) => cell.trim() !== "");
    if (extra.length > 0) {
      const columns = pluralize(names.length, "column");
      const count = `${cells.length} cells, but the header has ${columns}`;
      throw new AppError("malformed", `Line ${line}: ${count}. Remove the extra cells.`);
    }
    return { row: index + 1, line, values: parseCells(names, cells, notation) };
  });
}

type Line = { cells: string[]; line: number };

/** Quoted cells may contain line breaks, so a row's line is the sum of those before it. */
function withLines(rows: string[][], first: number): Line[] {
  let next = first;
  return rows.map((cells) => {
    const line = next;
    next += 1 + cells.reduce((sum, cell) => sum + countLineBreaks(cell), 0);
    return { cells, line };
  });
}

function countLineBreaks(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

/** Excel's first line `sep=;` names the delimiter, which the header shows anyway. */
function withoutSeparatorLine(text: string): { content: string; skipped: number } {
  const line = /^sep=[^\r\n]?(?:\r\n|\r|\n)/i.exec(text)?.[0];
  return line ? { content: text.slice(line.length), skipped: 1 } : { content: text, skipped: 0 };
}

/** The names of the columns. Trailing ones without a name are dropped. */
function readHeader({ cells, line }: Line): string[] {
  const names = cells.map((name) => name.trim());
  while (names.at(-1) === "") names.pop();
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name);
    if (first === index) continue;
    const columns = `columns ${first + 1} and ${index + 1}`;
    const message = name
      ? `the column "${name}" is there twice (${columns}). Remove one of them.`
      : `${columns} have no name.`;
    throw new AppError("malformed", `Line ${line}: ${message}`);
  }
  return names;
}

const delimiters = [",", ";", "\t", "|"];

/**
 * The delimiter that splits the first line into most cells. The parser's own guess reads a file six
 * times.
 */
function delimiterOf(text: string): string {
  const header = text.slice(0, maxCellCharacters * 10).split(/[\r\n]/, 1)[0] ?? "";
  const counted = delimiters.map((delimiter) => ({
    delimiter,
    cells: header.split(delimiter).length,
  }));
  return counted.reduce((best, next) => (next.cells > best.cells ? next : best)).delimiter;
}

/** Limits the number of parts, with which the parser's work grows. */
function assertPartCount(text: string, delimiter: string): void {
  const [quote, line, feed] = ['"', "\n", "\r"].map((character) => character.charCodeAt(0));
  const end = delimiter.charCodeAt(0);
  let [parts, cells] = [0, 0];
  for (let at = 0; at < text.length && parts <= maxParts && cells < maxColumns; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === end) cells += 1;
    else if (unit === line || unit === feed) cells = 0;
    else if (unit !== quote) continue;
    parts += 1;
  }
  if (parts > maxParts) {
    throw new AppError("too_large", `The file has more than ${maxParts} cells. Split it.`);
  }
  if (cells >= maxColumns) {
    throw new AppError("too_large", `A line has more than ${maxColumns} cells.`);
  }
}

function assertCellLengths(place: string, cells: unknown[]): void {
  for (const value of cells) {
    if (typeof value !== "string" || value.length <= maxCellCharacters) continue;
    const message = `${place} has a text of more than ${maxCellCharacters} characters.`;
    throw new AppError("too_large", message);
  }
}

/**
 * An array of models, or `{"models": [...]}` as the export writes it.
 * @throws AppError `malformed`, `too_large`
 */
export function readJsonRows(text: string): InputRow[] {
  const rows = modelsOf(parseJson(text));
  if (!rows) throw new AppError("malformed", 'Give an array of models, or {"models": [...]}.');
  if (rows.length > maxRows) throw tooManyRows();
  for (const [index, values] of rows.entries()) {
    if (typeof values !== "object" || values === null) continue;
    assertCellLengths(`Row ${index + 1}`, Object.values(values));
  }
  return rows.map((values, index) => ({ row: index + 1, values }));
}

export function writeCsv(models: ModelRecord[]): string {
  const rows = models.map((model) =>
    transferNames.map((name) => {
      const value = model[name];
      return typeof value === "string" && formula.test(value) ? `'${value}` : value;
    }),
  );
  return Papa.unparse({ fields: [...transferNames], data: rows });
}

export function writeJson(models: ModelRecord[]): string {
  const rows = models.map((model) =>
    Object.fromEntries(transferNames.map((name) => [name, model[name]])),
  );
  return JSON.stringify({ models: rows }, null, 2);
}

/** Cells missing at the end of a row are empty. */
function parseCells(names: string[], cells: string[], notation: Notation): Record<string, unknown> {
  const entries = names.flatMap((name, index) => {
    const value = fromCell(name, (cells[index] ?? "").replace(escaped, ""), notation);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/** Values of another type stay text, so that the schema reports them. */
function fromCell(name: string, cell: string, notation: Notation): unknown {
  const trimmed = cell.trim();
  if (trimmed === "") return always.has(name) ? undefined : null;
  if (booleans.has(name)) return { true: true, false: false }[trimmed.toLowerCase()] ?? cell;
  if (!numbers.has(name)) return cell;
  const parsed = parseNumber(trimmed, { notation: counts.has(name) ? "typed" : notation });
  return parsed.kind === "number" ? parsed.value : cell;
}

/** Both readings of an ambiguous number in a file, such as `1,000`; null for any other value. */
export function describeAmbiguousNumber(name: string, value: unknown): string | null {
  if (!numbers.has(name) || typeof value !== "string") return null;
  const parsed = parseNumber(value);
  return parsed.kind === "ambiguous" ? parsed.message : null;
}

function parseJson(text: string): unknown {
  try {
    return parseJsonText(text, { depth: 10, values: maxParts, members: maxColumns });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("malformed", "The file is not valid JSON.");
  }
}

function modelsOf(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value;
  if (typeof value !== "object" || value === null || !("models" in value)) return null;
  return Array.isArray(value.models) ? value.models : null;
}
