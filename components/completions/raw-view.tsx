import { CodeBlock } from "@/components/ui/text/code-block";
import type { RawExchange } from "@/lib/completions/schema";

/** The exchange with the provider as it went over the wire, folded up. */
export function RawView({ raw }: { raw: RawExchange }) {
  const { request, response } = raw;
  return (
    <details className="group rounded-md border border-line">
      <summary className="rounded-md px-2.5 py-1.5 text-sm text-ink-2 hover:bg-sunken">
        Raw request and response
      </summary>
      <div className="flex flex-col gap-2 border-t border-line px-2.5 py-2">
        <p className="text-sm text-ink-3">Keys are removed.</p>
        <CodeBlock
          title="Request"
          what="raw request"
          text={`${request.method} ${request.url}\n${written(request.headers, request.body)}`}
        />
        {response ? (
          <CodeBlock
            title="Response"
            what="raw response"
            text={`Status ${response.status}\n${written(response.headers, response.body)}`}
          />
        ) : (
          <p className="text-sm text-ink-2">No response came.</p>
        )}
      </div>
    </details>
  );
}

function written(headers: Record<string, string>, body: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [...lines, "", indented(body)].join("\n");
}

/** JSON with its structure; what is no JSON (a stream, a page, a body that was cut) as it is. */
function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
