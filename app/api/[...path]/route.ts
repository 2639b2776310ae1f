import { AppError } from "@/lib/errors";
import { withActor } from "@/lib/http/with-actor";

/** Programs that ask for an address that is none get a problem like any other, not the page for people. */
const nowhere = withActor<{ path: string[] }>("viewer", async ({ request: { nextUrl } }) => {
  const message = `There is nothing at ${nextUrl.pathname.slice(0, 300)}. An id in an address is one percent-encoded segment.`;
  throw new AppError("not_found", message);
});

export { nowhere as DELETE, nowhere as GET, nowhere as PATCH, nowhere as POST, nowhere as PUT };
