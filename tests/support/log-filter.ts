type Line = Record<string, unknown>;

const token =
  /\s*(?:(&&|\|\||[()])|\$\.(\w+)\s*(>=|<=|!=|=|>|<)\s*(?:"([^"]*)"|(-?\d+(?:\.\d+)?)))/y;

function compare(value: unknown, operator: string, text?: string, number?: string): boolean {
  if (text !== undefined) {
    if (operator === "=") return value === text;
    // Like CloudWatch, a field that is missing is not unequal.
    if (operator === "!=") return value !== undefined && value !== text;
    throw new Error(`Text can't be compared with ${operator}.`);
  }
  if (typeof value !== "number") return false;
  const limit = Number(number);
  const results: Record<string, boolean> = {
    "=": value === limit,
    "!=": value !== limit,
    ">=": value >= limit,
    "<=": value <= limit,
    ">": value > limit,
    "<": value < limit,
  };
  return results[operator] ?? false;
}

/**
 * Whether a JSON log line matches a CloudWatch Logs filter pattern: comparisons of top-level fields,
 * joined by && and ||, of which && binds more tightly, without parentheses.
 * @throws Error for any other pattern
 */
export function matchesFilter(pattern: string, line: Line): boolean {
  const inner = /^\{(.*)\}$/s.exec(pattern.trim())?.[1];
  if (inner === undefined) throw new Error(`Not a JSON filter pattern: ${pattern}`);
  return inner.split("||").some((all) =>
    all.split("&&").every((term) => {
      token.lastIndex = 0;
      const [whole, , field, operator, text, number] = token.exec(term) ?? [];
      if (!field || !operator || whole?.trim() !== term.trim()) {
        throw new Error(`Not a comparison: ${term}`);
      }
      return compare(line[field], operator, text, number);
    }),
  );
}
