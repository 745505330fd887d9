import lwt


async def main():
    # Two things at once: a child process writes, a timer runs.
    text, _ = await lwt.all(lwt.process.read(["echo", "hello"]), lwt.sleep(0.1))
    print(text, end="")

    async with await lwt.io.open("greeting.txt", "w") as channel:
        channel.write_line("from a file")
    async with await lwt.io.open("greeting.txt") as channel:
        async for line in channel:
            print(line)

    try:
        await lwt.unix.stat("/no/such/file")
    except FileNotFoundError as error:
        print(f"{error.function}: {error.strerror}: {error.filename}")


lwt.run(main())
