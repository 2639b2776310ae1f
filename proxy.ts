import { type NextRequest, NextResponse } from "next/server";
import { getToken } from "next-auth/jwt";
import { pages } from "@/lib/paths";

/** Sends strangers to sign-in before a page streams its skeleton; every page checks for itself too. */
export async function proxy(request: NextRequest) {
  const token = await getToken({ req: request, secret: process.env.NEXTAUTH_SECRET });
  if (token) return NextResponse.next();
  const { pathname, search } = request.nextUrl;
  return NextResponse.redirect(new URL(pages.signIn(`${pathname}${search}`), request.url));
}

export const config = {
  matcher: [
    "/",
    "/models/:path*",
    "/agents/:path*",
    "/playground/:path*",
    "/costs/:path*",
    "/checks/:path*",
    "/activity/:path*",
  ],
};
