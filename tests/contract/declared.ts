import * as z from "zod/mini";
import { type EndpointName, splitAddress } from "@/lib/addresses";
import { endpointNames, rowOf } from "@/lib/api/endpoints";
import { Problem, refusalsOf } from "@/lib/api/problem";
import type { JsonAnswer } from "@/lib/api/row";

/** Literal segments count before parameters, and the catch-alls match whatever is left. */
const templates = endpointNames
  .map((name) => {
    const [method, path] = splitAddress(name);
    const isCatchAll = /\{(path|nextauth)\}$/.test(path);
    const pattern = path.replace(/\{\w+\}/g, (_, at: number) =>
      isCatchAll && at === path.lastIndexOf("{") ? ".+" : "[^/]+",
    );
    const rank = isCatchAll ? 1000 - path.length : (path.match(/\{/g)?.length ?? 0);
    return { name, method, rank, pattern: new RegExp(`^${pattern}$`) };
  })
  .sort((a, b) => a.rank - b.rank);

/** The endpoint that a call reaches; null outside the API. */
function endpointOf(method: string, path: string): EndpointName | null {
  const { pathname } = new URL(path, "http://localhost");
  const found = templates.find(
    (template) => template.method === method && template.pattern.test(pathname),
  );
  return found?.name ?? null;
}

function parse(schema: z.core.$ZodType, value: unknown, what: string): void {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return;
  const issues = parsed.error.issues.map(({ path, ...issue }) =>
    JSON.stringify({ at: path.join("."), ...issue }),
  );
  throw new Error(`${what} is not what the endpoint table declares:\n${issues.join("\n")}`);
}

/** Fails unless an answer's status and JSON are what the endpoint table declares for the call. */
export function expectDeclared(
  method: string,
  path: string,
  { status, headers }: Response,
  body: unknown,
): void {
  const name = endpointOf(method, path);
  if (!name) return;
  const row = rowOf(name);
  const what = `The answer ${status} of ${method} ${path} (${name})`;
  const type = headers.get("content-type") ?? "";
  if (type.startsWith("application/problem+json")) {
    parse(Problem, body, what);
    const { code } = z.parse(Problem, body);
    if (!refusalsOf(row).includes(code))
      throw new Error(`${what} has the undeclared code ${code}.`);
  } else if (row.answer.kind === "json") expectAnswer(row.answer, status, type, body, what);
  else if (row.answer.kind === "empty" && status !== 204) throw new Error(`${what} is not empty.`);
}

function expectAnswer(
  answer: JsonAnswer,
  status: number,
  type: string,
  body: unknown,
  what: string,
): void {
  const statuses = [
    answer.status ?? 200,
    ...(answer.orEmpty ? [204] : []),
    ...(answer.etag === "list" ? [304] : []),
    ...(answer.alsoStatus ? [answer.alsoStatus] : []),
  ];
  if (!statuses.includes(status)) throw new Error(`${what} has an undeclared status.`);
  if (type.startsWith("application/json")) parse(answer.schema, body, what);
}

/** Fails unless an event of a stream is what the endpoint table declares. */
export function expectDeclaredEvent(name: EndpointName, event: unknown): void {
  const { answer } = rowOf(name);
  const schema = answer.kind === "json" ? answer.events : undefined;
  if (!schema) throw new Error(`${name} declares no events.`);
  parse(schema, event, `An event of ${name}`);
}
