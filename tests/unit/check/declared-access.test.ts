import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  declaredAccess,
  routeMethods,
  startsWithActor,
  undeclaredAccess,
} from "../../../scripts/check/declared-access";
import { root } from "../../../scripts/launch/root";

const wrapper = 'import { route } from "@/lib/http/route";\n';
const guard = 'import { requireActor } from "@/lib/auth/session";\n';

describe("every route and page of the console", () => {
  it("declares who may access it", () => {
    expect(undeclaredAccess(root)).toEqual([]);
  });

  it("is found", () => {
    const { routes, pages } = declaredAccess(root);
    expect(routes).toEqual(
      expect.arrayContaining([
        { method: "GET", path: "/api/models", endpoint: "listModels", access: "viewer" },
        { method: "PUT", path: "/api/providers/[id]/key", endpoint: "saveKey", access: "admin" },
        {
          method: "POST",
          path: "/api/auth/[...nextauth]",
          endpoint: "postSignIn",
          access: "open",
        },
      ]),
    );
    expect(pages).toContainEqual({
      path: "/agents/[name]/[version]",
      folders: ["(console)", "agents", "[name]", "[version]"],
      access: "viewer",
    });
    const open = routes.filter(({ access }) => access === "open").map(({ path }) => path);
    expect(new Set(open)).toEqual(
      new Set(["/api/auth/[...nextauth]", "/api/health", "/api/health/ready"]),
    );
  });
});

describe("the endpoint of a method", () => {
  it("is read from the wrapper, through a constant too", () => {
    const source = `${wrapper}
      export const GET = route("listModels", async () => json({}));
      const change = route("createModel", handle);
      export { change as POST };
      export const dynamic = "force-dynamic";`;
    expect(routeMethods(source)).toEqual([
      { method: "GET", endpoint: "listModels" },
      { method: "POST", endpoint: "createModel" },
    ]);
  });

  it.each([
    ["a bare function", "export async function POST() { return new Response(); }"],
    ["a bare constant", "export const POST = async () => new Response();"],
    ["a name that the table lacks", 'export const POST = route("createNothing", handle);'],
    ["a name that is computed", "export const POST = route(name, handle);"],
    ["another file's handlers", 'export * from "./handlers";'],
    ["another file's handler", 'export { POST } from "./handlers";'],
    ["another wrapper", 'export const POST = withSomebody("createModel", handle);'],
    ["nothing at all", "export const dynamic = true;"],
  ])("is not read from %s", (_, source) => {
    expect(routeMethods(wrapper + source)).toMatchObject([{ endpoint: null }]);
  });

  it("is not read from another module's wrapper", () => {
    const source = 'import { route } from "./mine"; export const POST = route("createModel", go);';
    expect(routeMethods(source)).toEqual([{ method: "POST", endpoint: null }]);
  });
});

describe("access", () => {
  /** A console that consists of this one route file. */
  function consoleOf(folder: string, source: string): string {
    const root = mkdtempSync(join(tmpdir(), "access-"));
    onTestFinished(() => rmSync(root, { recursive: true }));
    for (const part of ["components", "lib", `app/${folder}`]) {
      mkdirSync(join(root, part), { recursive: true });
    }
    writeFileSync(join(root, "app", folder, "route.ts"), wrapper + source);
    return root;
  }

  it("is undeclared where a file uses the row of another method or path", () => {
    const source = 'export const POST = route("createModel", handle);';
    const own = declaredAccess(consoleOf("api/models", source));
    expect(own.routes).toMatchObject([{ access: "admin" }]);
    const elsewhere = declaredAccess(consoleOf("api/agents", source));
    expect(elsewhere.routes).toMatchObject([{ access: null }]);
    const asAnother = declaredAccess(consoleOf("api/models", source.replace("POST", "PUT")));
    expect(asAnother.routes).toMatchObject([{ access: null }]);
  });

  it("is undeclared for a row that no file exports", () => {
    const root = consoleOf("api/models", 'export const GET = route("listModels", handle);');
    const undeclared = undeclaredAccess(root);
    expect(undeclared).toContain("No route file exports POST /api/models (createModel).");
    expect(undeclared).not.toContain("No route file exports GET /api/models (listModels).");
  });
});

describe("a page", () => {
  it("authenticates before anything else", () => {
    const page = "export default async function Page({ params })";
    expect(
      startsWithActor(`${guard}${page} { const { role } = await requireActor(); read(); }`),
    ).toBe(true);
    expect(startsWithActor(`${guard}${page} { await requireActor(); read(); }`)).toBe(true);
    expect(startsWithActor(`${guard}${page} { read(); await requireActor(); }`)).toBe(false);
    expect(startsWithActor(`${guard}${page} { requireActor(); read(); }`)).toBe(false);
    expect(startsWithActor(`${page} { await requireActor(); }`)).toBe(false);
    expect(startsWithActor(`${guard}export default () => null;`)).toBe(false);
  });
});
