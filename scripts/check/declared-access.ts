import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { addresses, type EndpointName, splitAddress } from "@/lib/addresses";
import { endpointNames, rowOf } from "@/lib/api/endpoints";
import type { Role } from "@/lib/auth/actor";

/** Who has access; null if the file doesn't declare it in a recognizable way. */
type Access = Role | "open" | null;
/** `endpoint` is the endpoint table's row from which the method is made; null without one. */
type DeclaredMethod = { method: string; endpoint: EndpointName | null };
type DeclaredRoute = DeclaredMethod & { path: string; access: Access };
/** `folders` are those from `app` to the file, groups included. */
export type DeclaredPage = { path: string; folders: string[]; access: Access };

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Sign-in itself, and the home page, which only leads to another one. */
const openPages = ["/", "/sign-in"];

/** The names that a file imports, with the module that each comes from. */
function importsOf(file: ts.SourceFile): Map<string, string> {
  const imports = new Map<string, string>();
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const from = statement.moduleSpecifier.getText(file).slice(1, -1);
    const named = statement.importClause?.namedBindings;
    if (!named || !ts.isNamedImports(named)) continue;
    for (const { name, propertyName } of named.elements) {
      if (!propertyName) imports.set(name.text, from);
    }
  }
  return imports;
}

/** The functions that make a handler from a row. */
const wrappers = ["route", "routeWithEarly"];

/** The row named in `route("…", handle)`; null for any other expression. */
function endpointOf(
  call: ts.Expression | undefined,
  imports: Map<string, string>,
): EndpointName | null {
  if (!call || !ts.isCallExpression(call)) return null;
  const wrapper = call.expression.getText();
  if (!wrappers.includes(wrapper) || imports.get(wrapper) !== "@/lib/http/route") return null;
  const [name] = call.arguments;
  return name && ts.isStringLiteral(name)
    ? (endpointNames.find((endpointName) => endpointName === name.text) ?? null)
    : null;
}

const isExported = (node: ts.Node) =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

function constantsOf(file: ts.SourceFile): Map<string, ts.Expression | undefined> {
  const declared = file.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations]);
  return new Map(declared.map(({ name, initializer }) => [name.getText(file), initializer]));
}

/** The name that a statement exports, and the constant behind it; `*` for an entire file. */
function exportsOf(statement: ts.Statement, file: ts.SourceFile): [string, string][] {
  if (ts.isExportDeclaration(statement)) {
    const { exportClause } = statement;
    if (!exportClause || !ts.isNamedExports(exportClause)) return [["*", "*"]];
    return exportClause.elements.map(({ name, propertyName }) => [
      name.text,
      (propertyName ?? name).text,
    ]);
  }
  if (!isExported(statement)) return [];
  if (ts.isVariableStatement(statement)) {
    const names = statement.declarationList.declarations.map(({ name }) => name.getText(file));
    return names.map((name) => [name, name]);
  }
  return ts.isFunctionDeclaration(statement) && statement.name
    ? [[statement.name.text, statement.name.text]]
    : [];
}

const parsed = (source: string) =>
  ts.createSourceFile("source.tsx", source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);

/** The methods of a route file, each with its row of the endpoint table. */
export function routeMethods(source: string): DeclaredMethod[] {
  const file = parsed(source);
  const imports = importsOf(file);
  const constants = constantsOf(file);
  const declared = file.statements
    .flatMap((statement) => exportsOf(statement, file))
    .filter(([name]) => name === "*" || methods.includes(name))
    .map(([method, constant]) => ({
      method,
      endpoint: endpointOf(constants.get(constant), imports),
    }));
  return declared.length > 0 ? declared : [{ method: "*", endpoint: null }];
}

/** The role of a method's row, if the row has this method and path. */
function accessOf({ method, endpoint }: DeclaredMethod, path: string): Access {
  if (!endpoint) return null;
  const template = path.replace(/\[(?:\.\.\.)?([^\]]+)\]/g, "{$1}");
  const [rowMethod, rowPath] = splitAddress(endpoint);
  return rowMethod === method && rowPath === template ? rowOf(endpoint).role : null;
}

/** Whether the page's function starts by awaiting `requireActor()`. */
export function startsWithActor(source: string): boolean {
  const file = parsed(source);
  const page = file.statements.find(
    (statement): statement is ts.FunctionDeclaration =>
      ts.isFunctionDeclaration(statement) &&
      isExported(statement) &&
      (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword),
  );
  const first = page?.body?.statements[0];
  if (!first || importsOf(file).get("requireActor") !== "@/lib/auth/session") return false;
  return /^(const [^=]+ = )?await requireActor\(\);$/.test(first.getText(file));
}

function filesIn(folder: string, name: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => name.test(file))
    .sort()
    .map((file) => join(folder, file));
}

const foldersOf = (app: string, file: string) => relative(app, file).split("/").slice(0, -1);

/** The path in the URL, which doesn't include groups. */
function pathOf(app: string, file: string): string {
  return `/${foldersOf(app, file)
    .filter((part) => !/^\(.*\)$/.test(part))
    .join("/")}`;
}

const read = (file: string) => readFileSync(file, "utf8");

/** Every route and page under the `app` folder of `root`, with who has access. */
export function declaredAccess(root: string): { routes: DeclaredRoute[]; pages: DeclaredPage[] } {
  const app = join(root, "app");
  const routes = filesIn(app, /(^|\/)route\.[jt]sx?$/).flatMap((file) =>
    routeMethods(read(file)).map((declared) => {
      const path = pathOf(app, file);
      return { ...declared, path, access: accessOf(declared, path) };
    }),
  );
  const pages = filesIn(app, /(^|\/)page\.[jt]sx?$/).map((file): DeclaredPage => {
    const path = pathOf(app, file);
    const folders = foldersOf(app, file);
    if (openPages.includes(path)) return { path, folders, access: "open" };
    return { path, folders, access: startsWithActor(read(file)) ? "viewer" : null };
  });
  return { routes, pages };
}

/**
 * Reports files that give access without declaring a role, and rows of the endpoint table without a
 * route. A server action is a route without a wrapper.
 */
export function undeclaredAccess(root: string): string[] {
  const { routes, pages } = declaredAccess(root);
  const actions = ["app", "components", "lib"]
    .flatMap((folder) => filesIn(join(root, folder), /\.[jt]sx?$/))
    .filter((file) => /^\s*["']use server["']/m.test(read(file)));
  return [
    ...routes
      .filter(({ access }) => access === null)
      .map(({ method, path }) => `${method} ${path} is not made by route(…) with its own row.`),
    ...endpointNames
      .filter((name) => !routes.some(({ endpoint }) => endpoint === name))
      .map((name) => `No route file exports ${addresses[name]} (${name}).`),
    ...pages
      .filter(({ access }) => access === null)
      .map(({ path }) => `The page ${path} does not begin with await requireActor().`),
    ...actions.map((file) => `${relative(root, file)} has server actions: make a route of them.`),
  ];
}
