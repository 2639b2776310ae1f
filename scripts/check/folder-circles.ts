import * as z from "zod";

/** The members of dependency-cruiser's modules that this check needs. */
export const CruisedModule = z.object({
  source: z.string(),
  dependencies: z.array(z.object({ resolved: z.string(), dependencyTypes: z.array(z.string()) })),
});
export type CruisedModule = z.infer<typeof CruisedModule>;

type Edges = Map<string, Map<string, string>>;

/** `lib/models/rules/price.ts` belongs to `lib/models`; a file at the root of lib is its own folder. */
const folderOf = (file: string) => file.split("/").slice(0, 2).join("/");

const isData = (file: string) => file.endsWith(".json");
const isInLib = (file: string) => file.startsWith("lib/");

/** The value imports between folders of lib, with the first import of each pair as an example. */
function valueImports(modules: readonly CruisedModule[]): Edges {
  const edges: Edges = new Map();
  for (const { source, dependencies } of modules) {
    const from = folderOf(source);
    for (const { resolved, dependencyTypes } of dependencies) {
      const to = folderOf(resolved);
      // Data files import nothing, so they can't close a cycle.
      if (!isInLib(source) || !isInLib(resolved) || from === to || isData(resolved)) continue;
      if (dependencyTypes.some((type) => type === "type-only" || type === "type-import")) continue;
      const targets = edges.get(from) ?? new Map<string, string>();
      edges.set(from, targets);
      if (!targets.has(to)) targets.set(to, `${source} imports ${resolved}`);
    }
  }
  return edges;
}

function reachableFrom(folder: string, edges: Edges): Set<string> {
  const reached = new Set<string>();
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const target of edges.get(next)?.keys() ?? []) {
      if (reached.has(target)) continue;
      reached.add(target);
      waiting.push(target);
    }
  }
  return reached;
}

/** Each import that is part of a cycle between folders of lib; empty if there is none. */
export function folderCircles(modules: readonly CruisedModule[]): string[] {
  const edges = valueImports(modules);
  const reach = new Map([...edges.keys()].map((from) => [from, reachableFrom(from, edges)]));
  return [...edges].flatMap(([from, targets]) =>
    [...targets]
      .filter(([to]) => reach.get(to)?.has(from))
      .map(([to, example]) => `${from} and ${to} import each other: ${example}`),
  );
}
