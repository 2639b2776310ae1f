// Import directions, see docs/architecture.md. Every rule is an error.

/** What a browser may load of lib: schemas, rules, and a few files that every folder shares. */
const pure =
  "^lib/([^/]+/(schema|rules/.+)|auth/actor|addresses|api/(client|document)|format|numbers|provider-names|paths|errors|utc-time|parse-json|boolean-param|too-low)\\.ts$";

/** Folders of lib that resources are made of, or that stand in front of them. */
const platform = "aws|providers|auth|http|api";

const resources = "models|agents|keys|playground|costs|checks|activity|tokens|budgets";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment:
        "Two modules that need each other are one module, or hide a third. Types count: each lives beside what it describes.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-missing-modules",
      comment: "The import resolves to nothing, or to a package that package.json does not name.",
      severity: "error",
      from: {},
      to: {
        couldNotResolve: true,
        dependencyTypesNot: ["core"],
        // tsc knows these: a stylesheet, and entry points that only an exports map names.
        pathNot: "\\.css$",
      },
    },
    {
      name: "app-imports-components-and-lib",
      comment: "Pages and routes are made of components and lib; scripts and tests are not theirs.",
      severity: "error",
      from: { path: "^(app|proxy\\.ts|next\\.config\\.ts)" },
      to: { path: "^(scripts|tests)/" },
    },
    {
      name: "components-import-what-a-browser-may-load",
      comment: "Of lib a component sees schemas, rules, formats, the API client, paths and errors.",
      severity: "error",
      from: { path: "^components/" },
      to: {
        path: "^(lib|app|scripts|tests)/",
        pathNot: pure,
      },
    },
    {
      name: "ui-knows-no-domain",
      comment: "Primitives are for every screen: no shell, no resource, no schema.",
      severity: "error",
      from: { path: "^components/ui/" },
      to: {
        path: "^(components/(?!ui/)|lib/|app/)",
        pathNot: "^lib/(api/(client|document)|format|numbers|paths|errors|utc-time)\\.ts$",
      },
    },
    {
      name: "resources-are-composed-by-pages",
      comment:
        "Resource folders do not import each other, save the queries that name what is stale.",
      severity: "error",
      from: { path: `^components/(${resources})/` },
      to: { path: `^components/(${resources})/`, pathNot: "^components/($1/|[^/]+/queries\\.ts$)" },
    },
    {
      name: "lib-imports-neither-app-nor-components",
      severity: "error",
      from: { path: "^lib/" },
      to: { path: "^(app|components|scripts|tests)/" },
    },
    {
      name: "schemas-and-rules-are-pure",
      comment: "They load in a browser: of lib they see each other, and types.",
      severity: "error",
      from: { path: pure },
      to: {
        path: "^(lib/.*\\.ts$|.*server-only)",
        pathNot: pure,
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "schemas-and-rules-know-no-node",
      comment: "They load in a browser.",
      severity: "error",
      from: { path: pure },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "files-of-a-resource-have-roles",
      comment:
        "schema.ts, service.ts, repository.ts (or x-service.ts, x-repository.ts), row.ts; what is pure is in rules/.",
      severity: "error",
      from: {},
      to: {
        path: `^lib/(?!(${platform})/)[^/]+/`,
        pathNot:
          "^lib/[^/]+/(schema\\.ts$|rules/|row\\.ts$|[^/]*service\\.ts$|[^/]*repository\\.ts$|[^/]*\\.json$)|^lib/operations/step\\.ts$",
      },
    },
    {
      name: "http-and-auth-are-in-front-of-resources",
      comment: "Everything else knows who acts by the type Actor alone.",
      severity: "error",
      from: { path: "^lib/", pathNot: "^lib/(http|auth)/" },
      to: { path: "^lib/(http|auth)/", pathNot: "^lib/auth/actor\\.ts$" },
    },
    {
      name: "only-http-reads-the-endpoint-table",
      severity: "error",
      from: { path: "^(components|lib)/", pathNot: "^lib/(http|api)/" },
      to: {
        path: "^lib/api/",
        pathNot: "^lib/api/client\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "platform-knows-no-resource",
      comment: "lib/aws and lib/providers serve every resource; they see schemas' types at most.",
      severity: "error",
      from: { path: "^lib/(aws|providers)/" },
      to: {
        path: "^lib/[^/]+/",
        pathNot: "^lib/(aws|providers)/",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "operations-know-no-resource",
      comment: "They are handed the builders of their steps.",
      severity: "error",
      from: { path: "^lib/operations/" },
      to: {
        path: "^lib/[^/]+/",
        pathNot: "^lib/(operations|aws|guards)/|^lib/(auth/actor|activity/schema)\\.ts$",
      },
    },
    {
      name: "shared-files-know-no-resource",
      comment: "Only lib/operations-*.ts compose resources.",
      severity: "error",
      from: { path: "^lib/[^/]+\\.ts$", pathNot: "^lib/operations-(steps|conflict)\\.ts$" },
      to: {
        path: "^lib/[^/]+/",
        pathNot: "^lib/providers/schema\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "services-use-their-own-repository",
      comment:
        "Another resource is reached through its service; events, guards and prices are shared.",
      severity: "error",
      from: { path: "^lib/([^/]+)/[^/]*service\\.ts$" },
      to: {
        path: "^lib/[^/]+/[^/]*repository\\.ts$",
        pathNot: "^lib/($1/|guards/|prices/catalog-repository)",
      },
    },
    {
      name: "services-know-no-sdk-and-no-request",
      comment:
        "Of lib/aws a service sees writes, attributes, failures, deadlines and the account; requests and React stay in app.",
      severity: "error",
      from: { path: "^lib/[^/]+/[^/]*service\\.ts$" },
      to: {
        path: "(^lib/aws/|node_modules/(@aws-sdk|next|react)/)",
        pathNot:
          "^lib/aws/(account|transact|attributes|narrow-update|failures|deadline|bedrock-token)\\.ts$",
      },
    },
    {
      name: "repositories-only-store",
      comment:
        "A repository knows its own resource, schemas, rules, the catalog, lib/aws, batches, env and errors.",
      severity: "error",
      from: { path: "^lib/([^/]+)/[^/]*repository\\.ts$" },
      to: {
        path: "^lib/",
        pathNot:
          "^lib/($1/(?!.*service)|[^/]+/(schema|rules/.+)\\.ts|prices/catalog-repository\\.ts|aws/|batches\\.ts|env\\.ts|errors\\.ts)",
      },
    },
    {
      name: "aws-sdk-in-its-places",
      comment: "Only lib/aws, lib/providers and repositories speak to AWS.",
      severity: "error",
      from: {
        path: "^(app|components|lib)/",
        pathNot: "^lib/(aws|providers)/|^lib/[^/]+/[^/]*repository\\.ts$",
      },
      to: { path: "node_modules/@(aws-sdk|smithy)/" },
    },
    {
      name: "stand-ins-stay-out-of-the-app",
      comment: "dynalite must not be bundled; development packages are not there in production.",
      severity: "error",
      from: { path: "^(app|components|lib)/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "stand-ins-know-no-lib",
      comment:
        "The console and its stand-ins prove each other wrong, so they share no code and no facts.",
      severity: "error",
      from: { path: "^scripts/(embedded|simulator)/" },
      to: { path: "^(app|components|lib)/" },
    },
  ],
  required: [
    {
      name: "server-modules-say-so",
      comment: 'Server modules start with import "server-only".',
      severity: "error",
      module: {
        path: "^lib/((?!api/)[^/]+/([^/]*service|[^/]*repository|row)|aws/[^/]+|auth/(?!(actor|role-claim)\\.)[^/]+|env|log|batches|operations-steps|operations-conflict)\\.ts$",
      },
      to: { path: "server-only" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^\\.next/|next-env\\.d\\.ts" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["react-server", "import", "require", "node", "default", "types"],
      mainFields: ["module", "main", "types"],
    },
  },
};
