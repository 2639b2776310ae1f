import Link from "next/link";
import { PageHeader } from "@/components/shell/page-header";
import { buttonClass } from "@/components/ui/form/button-class";
import { addressOf } from "@/lib/addresses";
import type { OpenApi } from "@/lib/api/document";
import { pages } from "@/lib/paths";
import { type Group, groupsOf } from "./groups";
import { Prose } from "./parts";

/** How to call the API, and a list of its endpoints. */
export function ApiContents({ api }: { api: OpenApi }) {
  return (
    <>
      <PageHeader
        title="API reference"
        description="Every endpoint of this console's API"
        actions={
          <a href={addressOf("getOpenapi")} className={buttonClass("secondary")}>
            OpenAPI document
          </a>
        }
      />
      <div className="max-w-4xl">
        {api.info.description.split("\n\n").map((paragraph) => (
          <p key={paragraph} className="mb-2 text-ink-2">
            <Prose text={paragraph} />
          </p>
        ))}
      </div>
      <div className="mt-5 columns-[24rem] gap-4">
        {groupsOf(api).map((group) => (
          <Endpoints key={group.slug} group={group} />
        ))}
      </div>
    </>
  );
}

function Endpoints({ group: { name, slug, endpoints } }: { group: Group }) {
  const page = pages.apiReference(slug);
  return (
    <section
      aria-labelledby={slug}
      className="mb-4 break-inside-avoid rounded-lg border border-line bg-panel px-4 py-3"
    >
      <h2 id={slug} className="font-semibold">
        <Link href={page} prefetch={false} className="hover:underline">
          {name}
        </Link>
      </h2>
      <ul className="mt-1.5">
        {endpoints.map(({ path, method, operation: { operationId, summary } }) => (
          <li key={operationId} className="border-t border-line py-1.5">
            <Link href={`${page}#${operationId}`} prefetch={false} className="hover:underline">
              {summary}
            </Link>
            <code className="block font-mono text-xs text-ink-3 wrap-anywhere">
              {method.toUpperCase()} {path}
            </code>
          </li>
        ))}
      </ul>
    </section>
  );
}
