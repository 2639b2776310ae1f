import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, resolve } from "node:path";
import ts from "typescript";
import { root } from "./launch/root";

/** Where text for people is written. */
const sources = ["app", "components", "lib"];

/** Attributes whose values are never shown to a person. */
const silentAttributes =
  /^(class(Name)?|style|href|src|rel|target|key|ref|id|htmlFor|type|role|variant|size|tone|side|align|as|lang|data-.*|aria-(?!label|description|valuetext|roledescription).*|autoComplete|inputMode|encType|method|action|charSet|http-equiv)$/;

/**
 * One-word Tailwind utilities: a list of classes consists of these, or of words with a hyphen or
 * colon.
 */
const utilities = new Set(
  "absolute antialiased block border bottom capitalize collapse container contents fixed flex grid group grow hidden inline invisible isolate italic outline peer relative resize ring rounded shadow shrink static sticky table transition truncate underline uppercase visible".split(
    " ",
  ),
);

function isClassList(text: string): boolean {
  const words = text.trim().split(/\s+/);
  return (
    /[-:[]/.test(text) &&
    words.every(
      (word) =>
        utilities.has(word) || (/^[^A-Z'"]*[-:[/][^A-Z'"]*$/.test(word) && /[^,.;:!?]$/.test(word)),
    )
  );
}

/** Text that isn't English: DynamoDB expressions, headers, URLs, commands. */
const isCode = (text: string) =>
  /^(SET|ADD|REMOVE|DELETE|attribute_|begins_with|size\()|[#:][a-z]\w* *(=|<>|,|AND|\))|^(https?:|\/|@|\.|--)|^[A-Z]\w*-[A-Z]\w*$|^arn:/.test(
    text,
  );

/** Whether a literal looks like prose: two words, or one that begins like a sentence. */
function isProse(text: string): boolean {
  const letters = text.replaceAll("{}", " ");
  if (!/\p{L}{2}/u.test(letters) || isCode(text) || isClassList(text)) return false;
  return (
    /\p{L}[,.;:!?'’)"%]*\s+[^\s]/u.test(letters) || /^\p{Lu}\p{Ll}+[.:!?…]?$/u.test(text.trim())
  );
}

const collapseSpace = (text: string) => text.replace(/\s+/g, " ").trim();

const templateText = (node: ts.TemplateExpression) =>
  node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join("");

/** The text of an element's children, with `{}` for values and nested elements. */
function childrenText(children: ts.NodeArray<ts.JsxChild>): string {
  const parts = children.map((child) => {
    if (ts.isJsxText(child)) {
      // JSX drops line breaks together with the spaces around them.
      return child.text.replace(/^\s*\n\s*|\s*\n\s*$/g, "").replace(/\s*\n\s*/g, " ");
    }
    if (!ts.isJsxExpression(child)) return "{}";
    const { expression } = child;
    if (!expression) return "";
    return ts.isStringLiteralLike(expression) ? expression.text : "{}";
  });
  return collapseSpace(parts.join(""));
}

/** Literals that are a type, a name, a key or part of a comparison aren't shown to people. */
function isSilent(node: ts.Node): boolean {
  const { parent } = node;
  if (
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    ts.isLiteralTypeNode(parent) ||
    ts.isElementAccessExpression(parent) ||
    ts.isCaseClause(parent) ||
    ts.isExternalModuleReference(parent)
  ) {
    return true;
  }
  if (ts.isPropertyAssignment(parent) && parent.name === node) return true;
  if (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword)
    return true;
  if (!ts.isBinaryExpression(parent)) return false;
  const { kind } = parent.operatorToken;
  return (
    kind >= ts.SyntaxKind.FirstBinaryOperator && /^[=!]==?$/.test(ts.tokenToString(kind) ?? "")
  );
}

/** The strings of one module that a person can read. */
function stringsOf(path: string, text: string): string[] {
  const kind = path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
  const collected: string[] = [];
  const add = (words: string) => {
    if (isProse(words)) collected.push(collapseSpace(words));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxAttribute(node)) {
      const name = node.name.getText(file);
      if (silentAttributes.test(name)) return;
      const { initializer } = node;
      if (initializer && ts.isStringLiteral(initializer)) {
        if (/\p{L}/u.test(initializer.text) && /[A-Z ]/.test(initializer.text)) {
          collected.push(collapseSpace(initializer.text));
        }
        return;
      }
    }
    if (ts.isJsxElement(node) || ts.isJsxFragment(node)) {
      const words = childrenText(node.children);
      if (/\p{L}/u.test(words)) collected.push(words);
      const texts = node.children.filter(ts.isJsxExpression);
      const literal = texts.filter(
        ({ expression }) => expression && ts.isStringLiteralLike(expression),
      );
      if (ts.isJsxElement(node)) visit(node.openingElement);
      for (const child of node.children) {
        if (!literal.some((expression) => expression === child)) visit(child);
      }
      return;
    }
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      if (!isSilent(node)) add(node.text);
      return;
    }
    if (ts.isTemplateExpression(node)) add(templateText(node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return collected;
}

function stringsOfJson(value: unknown): string[] {
  if (typeof value === "string") return isProse(value) ? [collapseSpace(value)] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(stringsOfJson);
}

/** Every string for people in these folders, with the files that contain it. */
function readableStrings(checkout: string): Map<string, Set<string>> {
  const filesByString = new Map<string, Set<string>>();
  for (const folder of sources) {
    const names = readdirSync(join(checkout, folder), { recursive: true, encoding: "utf8" });
    for (const name of names.filter((each) => /\.(tsx?|json)$/.test(each))) {
      const path = join(checkout, folder, name);
      const text = readFileSync(path, "utf8");
      const strings =
        extname(name) === ".json" ? stringsOfJson(JSON.parse(text)) : stringsOf(path, text);
      for (const string of strings) {
        filesByString.set(
          string,
          (filesByString.get(string) ?? new Set()).add(relative(checkout, path)),
        );
      }
    }
  }
  return filesByString;
}

/** `npm run strings -- [checkout] [--where]`: everything that a person can read, sorted, once each. */
const args = process.argv.slice(2);
const checkout = resolve(args.find((arg) => !arg.startsWith("--")) ?? root);
const strings = readableStrings(checkout);
for (const string of [...strings.keys()].sort()) {
  if (!args.includes("--where")) console.log(string);
  else for (const file of strings.get(string) ?? []) console.log(`${string}\t${file}`);
}
