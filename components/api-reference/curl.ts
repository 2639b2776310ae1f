import type { Operation } from "@/lib/api/document";

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** The curl command of an operation's example. */
export function curlOf(server: string, path: string, method: string, operation: Operation): string {
  const { parameters, requestBody, security } = operation;
  const exampleOf = (name: string) =>
    parameters.find((parameter) => parameter.in === "path" && parameter.name === name)?.example;
  const filled = path.replace(/\{(\w+)\}/g, (match, name: string) => {
    const value = exampleOf(name);
    // The slashes in a catch-all parameter are part of the path.
    const isCatchAll = name === "path" || name === "nextauth";
    if (value === undefined) return match;
    return isCatchAll ? `${value}` : encodeURIComponent(`${value}`);
  });
  const query = parameters.flatMap(({ in: place, name, example }) =>
    place === "query" && example !== undefined ? [[name, `${example}`]] : [],
  );
  const address = `${server}${filled}${query.length > 0 ? `?${new URLSearchParams(query)}` : ""}`;
  return [
    `curl${method === "get" ? "" : ` -X ${method.toUpperCase()}`} ${quoted(address)}`,
    ...(security.length > 0 ? ['-H "Authorization: Bearer $SWITCHBOARD_TOKEN"'] : []),
    ...bodyOf(requestBody),
  ].join(" \\\n  ");
}

function bodyOf(body: Operation["requestBody"]): string[] {
  const [type, content] = Object.entries(body?.content ?? {})[0] ?? [];
  if (!type || !content) return [];
  const header = `-H ${quoted(`Content-Type: ${type}`)}`;
  if (content.example !== undefined) {
    return [header, `-d ${quoted(JSON.stringify(content.example))}`];
  }
  // next-auth's forms have their own fields. Any other body without an example is a file.
  return type.includes("form") ? [header] : [header, "--data-binary @file"];
}
