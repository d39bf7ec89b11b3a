/**
 * The admin plane: HTTP for operators, on a loop and with memory of its own, so that it answers when nothing else can.
 * Start at {@link dev.spillway.server.admin.AdminServer}; {@link dev.spillway.server.admin.Endpoints} has the paths, {@link
 * dev.spillway.server.admin.RequestGuard} says who may ask, {@code docs/admin.md} is the reference for operators.
 */
package dev.spillway.server.admin;
