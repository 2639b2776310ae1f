import { describe, expect, it } from "vitest";
import {
  asksFirst,
  declaredAccess,
  routeMethods,
  undeclaredAccess,
} from "../../../scripts/check/declared-access";
import { root } from "../../../scripts/launch/root";

const wrapper = 'import { withActor, withOpen } from "@/lib/http/with-actor";\n';
const guard = 'import { requireActor } from "@/lib/auth/session";\n';

describe("every route and page of the console", () => {
  it("declares who may come in", () => {
    expect(undeclaredAccess(root)).toEqual([]);
  });

  it("is found", () => {
    const { routes, pages } = declaredAccess(root);
    expect(routes).toEqual(
      expect.arrayContaining([
        { method: "GET", path: "/api/models", access: "viewer" },
        { method: "PUT", path: "/api/providers/[id]/key", access: "admin" },
        { method: "POST", path: "/api/auth/[...nextauth]", access: "open" },
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

describe("the role of a method", () => {
  it("is read from the wrapper, through a constant too", () => {
    const source = `${wrapper}
      export const GET = withActor<Params>("viewer", async () => json({}));
      const change = withActor("admin", handle, { limit: "keys" });
      export { change as PUT, change as POST };
      export const DELETE = withOpen(handle);
      export const dynamic = "force-dynamic";`;
    expect(routeMethods(source)).toEqual([
      { method: "GET", access: "viewer" },
      { method: "PUT", access: "admin" },
      { method: "POST", access: "admin" },
      { method: "DELETE", access: "open" },
    ]);
  });

  it.each([
    ["a bare function", "export async function POST() { return new Response(); }"],
    ["a bare constant", "export const POST = async () => new Response();"],
    ["a role that nobody has", 'export const POST = withActor("owner", handle);'],
    ["a role that is computed", "export const POST = withActor(role, handle);"],
    ["another file's handlers", 'export * from "./handlers";'],
    ["another file's handler", 'export { POST } from "./handlers";'],
    ["another wrapper", 'export const POST = withSomebody("admin", handle);'],
    ["nothing at all", "export const dynamic = true;"],
  ])("is not read from %s", (_, source) => {
    expect(routeMethods(wrapper + source)).toMatchObject([{ access: null }]);
  });

  it("is not read from a wrapper of somebody else's", () => {
    const source = 'import { withActor } from "./mine"; export const GET = withActor("admin", go);';
    expect(routeMethods(source)).toEqual([{ method: "GET", access: null }]);
  });
});

describe("a page", () => {
  it("asks who is there before anything else", () => {
    const page = "export default async function Page({ params })";
    expect(asksFirst(`${guard}${page} { const { role } = await requireActor(); read(); }`)).toBe(
      true,
    );
    expect(asksFirst(`${guard}${page} { await requireActor(); read(); }`)).toBe(true);
    expect(asksFirst(`${guard}${page} { read(); await requireActor(); }`)).toBe(false);
    expect(asksFirst(`${guard}${page} { requireActor(); read(); }`)).toBe(false);
    expect(asksFirst(`${page} { await requireActor(); }`)).toBe(false);
    expect(asksFirst(`${guard}export default () => null;`)).toBe(false);
  });
});
