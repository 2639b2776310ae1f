import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const methods = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS";

/** The methods that a route file exports. */
function exportedMethods(source: string): string[] {
  const declared = source.matchAll(
    new RegExp(`export (?:const|async function|function) (${methods})\\b`, "g"),
  );
  const lists = source.matchAll(/export (?:const )?\{([^}]*)\}/g);
  const listed = [...lists].flatMap(([, names = ""]) => [
    ...names.matchAll(new RegExp(`(?:^|[,\\s])(?:\\w+ as )?(${methods})\\b(?! as)`, "g")),
  ]);
  const exported = [...declared, ...listed].map(([, method = ""]) => method);
  return [...new Set(exported)].sort();
}

/** Every route of a checkout with its methods, such as `GET /api/models`. */
export function routesOf(checkout: string): string[] {
  const app = join(checkout, "app");
  return readdirSync(app, { recursive: true, encoding: "utf8" })
    .filter((file) => /(^|\/)route\.ts$/.test(file))
    .flatMap((file) =>
      exportedMethods(readFileSync(join(app, file), "utf8")).map(
        (method) => `${method} /${dirname(file)}`,
      ),
    )
    .sort();
}
