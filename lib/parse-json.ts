/**
 * The value of a JSON text. Half a character (a lone surrogate) is refused with the rest of what is
 * no JSON: no table gives it back as it was given.
 * @throws SyntaxError
 */
export function parseJsonText(text: string): unknown {
  if (!/\\ud[89a-f]/i.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== "string" || !/\p{Surrogate}/u.test(value)) return value;
    throw new SyntaxError("A text ends in half a character.");
  });
}
