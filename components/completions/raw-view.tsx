import { CopyButton } from "@/components/ui/copy-button";
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
        <Part
          title="Request"
          text={`${request.method} ${request.url}\n${written(request.headers, request.body)}`}
        />
        {response ? (
          <Part
            title="Response"
            text={`Status ${response.status}\n${written(response.headers, response.body)}`}
          />
        ) : (
          <p className="text-sm text-ink-2">No response came.</p>
        )}
      </div>
    </details>
  );
}

function Part({ title, text }: { title: string; text: string }) {
  return (
    <section aria-label={`Raw ${title.toLowerCase()}`}>
      <div className="flex items-center justify-between gap-2">
        <p className="text-sm font-medium">{title}</p>
        <CopyButton value={text} what={`raw ${title.toLowerCase()}`} />
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long body scrolls, by keys too
        tabIndex={0}
        className="max-h-72 overflow-auto rounded-md bg-sunken px-2 py-1.5 font-mono text-xs whitespace-pre-wrap wrap-anywhere"
      >
        {text}
      </pre>
    </section>
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
