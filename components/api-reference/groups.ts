import type { JsonSchema, OpenApi, Operation } from "@/lib/api/document";

export type Described = { path: string; method: string; operation: Operation };

/** The endpoints under one heading of the description. */
export type Group = { name: string; slug: string; endpoints: Described[] };

export function groupsOf(api: OpenApi): Group[] {
  const all = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return api.tags.map(({ name }) => ({
    name,
    slug: name.toLowerCase().replaceAll(" ", "-"),
    endpoints: all.filter(({ operation }) => operation.tags.includes(name)),
  }));
}

/** The named schemas that a group's endpoints refer to, directly or indirectly. */
export function schemasOf(api: OpenApi, group: Group): [name: string, schema: JsonSchema][] {
  const { schemas } = api.components;
  const names = new Set<string>();
  const queue: unknown[] = group.endpoints.map(({ operation }) => operation);
  for (const part of queue) {
    for (const [, name = ""] of JSON.stringify(part).matchAll(/#\/components\/schemas\/(\w+)/g)) {
      if (names.has(name)) continue;
      names.add(name);
      queue.push(schemas[name] ?? {});
    }
  }
  return Object.entries(schemas).filter(([name]) => names.has(name));
}
