import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { type Role, roles } from "@/lib/auth/actor";

/** Who may come in; null where the file does not say so in a way that can be read. */
type Access = Role | "open" | null;
type DeclaredMethod = { method: string; access: Access };
type DeclaredRoute = DeclaredMethod & { path: string };
/** `folders` are those from `app` to the file, groups included. */
export type DeclaredPage = { path: string; folders: string[]; access: Access };

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Sign-in itself, and the home page, which only leads to another one. */
const openPages = ["/", "/sign-in"];

/** The names that a file imports, with the module that each comes from. */
function importsOf(file: ts.SourceFile): Map<string, string> {
  const found = new Map<string, string>();
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const from = statement.moduleSpecifier.getText(file).slice(1, -1);
    const named = statement.importClause?.namedBindings;
    if (!named || !ts.isNamedImports(named)) continue;
    for (const { name, propertyName } of named.elements) {
      if (!propertyName) found.set(name.text, from);
    }
  }
  return found;
}

function wrapperAccess(wrapped: ts.Expression | undefined, imports: Map<string, string>): Access {
  if (!wrapped || !ts.isCallExpression(wrapped) || !ts.isIdentifier(wrapped.expression))
    return null;
  const wrapper = wrapped.expression.text;
  if (imports.get(wrapper) !== "@/lib/http/with-actor") return null;
  if (wrapper === "withOpen") return "open";
  const [role] = wrapped.arguments;
  if (wrapper !== "withActor" || !role || !ts.isStringLiteral(role)) return null;
  return roles.find((known) => known === role.text) ?? null;
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

/** The name that a statement exports, and the constant that it stands for; `*` for all of another file. */
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

/**
 * The methods of a route file with the role that `withActor` is given, or "open" for `withOpen`.
 * A method that is made in any other way has no access that could be read, nor has a file without one.
 */
export function routeMethods(source: string): DeclaredMethod[] {
  const file = parsed(source);
  const imports = importsOf(file);
  const constants = constantsOf(file);
  const found = file.statements
    .flatMap((statement) => exportsOf(statement, file))
    .filter(([name]) => name === "*" || methods.includes(name))
    .map(([method, constant]) => ({
      method,
      access: wrapperAccess(constants.get(constant), imports),
    }));
  return found.length > 0 ? found : [{ method: "*", access: null }];
}

/** Whether the first thing that the page's function does is to await `requireActor()`. */
export function asksFirst(source: string): boolean {
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

/** The path in the address: groups are not part of it. */
function pathOf(app: string, file: string): string {
  return `/${foldersOf(app, file)
    .filter((part) => !/^\(.*\)$/.test(part))
    .join("/")}`;
}

const read = (file: string) => readFileSync(file, "utf8");

/** Every route and page under the `app` folder of `root`, with who may come in. */
export function declaredAccess(root: string): { routes: DeclaredRoute[]; pages: DeclaredPage[] } {
  const app = join(root, "app");
  const routes = filesIn(app, /(^|\/)route\.[jt]sx?$/).flatMap((file) =>
    routeMethods(read(file)).map((method) => ({ ...method, path: pathOf(app, file) })),
  );
  const pages = filesIn(app, /(^|\/)page\.[jt]sx?$/).map((file): DeclaredPage => {
    const path = pathOf(app, file);
    const folders = foldersOf(app, file);
    if (openPages.includes(path)) return { path, folders, access: "open" };
    return { path, folders, access: asksFirst(read(file)) ? "viewer" : null };
  });
  return { routes, pages };
}

/** What lets somebody in without saying whom, in words; a server action is a route without a wrapper. */
export function undeclaredAccess(root: string): string[] {
  const { routes, pages } = declaredAccess(root);
  const actions = ["app", "components", "lib"]
    .flatMap((folder) => filesIn(join(root, folder), /\.[jt]sx?$/))
    .filter((file) => /^\s*["']use server["']/m.test(read(file)));
  return [
    ...routes
      .filter(({ access }) => access === null)
      .map(
        ({ method, path }) => `${method} ${path} is not made by withActor(role, …) or withOpen.`,
      ),
    ...pages
      .filter(({ access }) => access === null)
      .map(({ path }) => `The page ${path} does not begin with await requireActor().`),
    ...actions.map((file) => `${relative(root, file)} has server actions: make a route of them.`),
  ];
}
