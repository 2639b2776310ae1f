import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import manifest from "@/package.json";
import { ownSoftwareBill, softwareBill } from "../../../scripts/deploy/sbom";
import { root } from "../../../scripts/launch/root";

const seeded = softwareBill({
  node: "24.22.3",
  manifest: JSON.stringify({
    name: "console",
    version: "1.2.3",
    license: "Apache-2.0",
    dependencies: { "@scope/one": "1.0.0", two: "2.0.0" },
  }),
  lockfile: JSON.stringify({
    packages: {
      "": {},
      "node_modules/@scope/one": {
        version: "1.0.0",
        license: "MIT AND ISC",
        integrity: `sha512-${Buffer.from("hash").toString("base64")}`,
        resolved: "https://registry.example/one.tgz",
        dependencies: { two: "^1.0.0" },
      },
      "node_modules/@scope/one/node_modules/two": { version: "1.5.0", license: "MIT" },
      "node_modules/two": { version: "2.0.0", license: "MIT", optional: true },
      "node_modules/tests-only": { version: "9.0.0", license: "MIT", dev: true },
    },
  }),
});

test("the bill has each production package once, with licence, hash and package URL", () => {
  expect(seeded.metadata.component).toMatchObject({ name: "console", version: "1.2.3" });
  expect(seeded.components.map(({ purl }) => purl)).toEqual([
    "pkg:generic/node@24.22.3",
    "pkg:npm/%40scope/one@1.0.0",
    "pkg:npm/two@1.5.0",
    "pkg:npm/two@2.0.0",
  ]);
  expect(seeded.components[1]).toMatchObject({
    group: "@scope",
    name: "one",
    licenses: [{ expression: "MIT AND ISC" }],
    hashes: [{ alg: "SHA-512", content: Buffer.from("hash").toString("hex") }],
  });
  expect(seeded.components[3]).toMatchObject({ scope: "optional" });
});

test("a dependency leads to the copy that Node would load", () => {
  expect(seeded.dependencies).toEqual([
    { ref: "console", dependsOn: ["node", "node_modules/@scope/one", "node_modules/two"] },
    { ref: "node_modules/@scope/one", dependsOn: ["node_modules/@scope/one/node_modules/two"] },
    { ref: "node_modules/@scope/one/node_modules/two", dependsOn: [] },
    { ref: "node_modules/two", dependsOn: [] },
  ]);
});

test("the bill of this clone names every direct dependency, and is the same each time", () => {
  const bill = ownSoftwareBill();
  const names = bill.components.map((component) =>
    "group" in component ? `${component.group}/${component.name}` : component.name,
  );
  for (const name of Object.keys(manifest.dependencies)) expect(names).toContain(name);
  const refs = bill.components.map((component) => component["bom-ref"]);
  expect(new Set(refs).size).toBe(refs.length);
  expect(ownSoftwareBill()).toEqual(bill);
});

test("the image is built with its bill", () => {
  const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8");
  expect(dockerfile).toMatch(/RUN node .* scripts\/print-sbom\.ts > sbom\.cdx\.json/);
  const image = dockerfile.slice(dockerfile.lastIndexOf("FROM "));
  expect(image).toContain("/src/sbom.cdx.json ./");
});
