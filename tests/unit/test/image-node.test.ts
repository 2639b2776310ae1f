import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../../scripts/launch/root";
import { requireIntegrity } from "../../../scripts/test/image-node";
import pinned from "../../../scripts/test/image-node.json";

test("the tests' Node is the image's", () => {
  const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8");
  expect(dockerfile).toContain(`ARG NODE_IMAGE=node:${pinned.version}-`);
});

test("a package that isn't the pinned one is refused", () => {
  const content = Buffer.from("a package");
  const integrity = `sha512-${createHash("sha512").update(content).digest("base64")}`;
  requireIntegrity(content, integrity);
  expect(() => requireIntegrity(content, pinned.integrity)).toThrow("It isn't used.");
});
