/** The value below which this share (0 to 1) of the values lies, by linear interpolation. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

const ms = (value: number) => `${value.toFixed(1)} ms`;

/** Milliseconds of one operation, measured alternately on two sides. */
export interface Pairs {
  title: string;
  base: number[];
  other: number[];
}

/**
 * Prints one table: for each measure median and p95 of both sides, and of the differences and
 * ratios within each pair, which other load affects least.
 */
export function printPairs(measures: Pairs[], base: string, other: string): void {
  const rows = measures.flatMap(({ title, base: left, other: right }) => {
    const differences = left.map((value, index) => (right[index] ?? Number.NaN) - value);
    const ratios = left.map((value, index) => (right[index] ?? Number.NaN) / value);
    return [0.5, 0.95].map((share) => [
      share === 0.5 ? title : "",
      share === 0.5 ? "median" : "p95",
      ms(quantile(left, share)),
      ms(quantile(right, share)),
      ms(quantile(differences, share)),
      `×${quantile(ratios, share).toFixed(2)}`,
    ]);
  });
  printTable([["", "", base, other, "difference", "ratio"], ...rows]);
}

function printTable(rows: string[][]): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    console.log(`  ${cells.join("  ")}`.trimEnd());
  }
}
