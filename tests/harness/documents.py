"""PDF files, written by hand: pages of given sizes with shapes at known places."""

A4 = (595, 842)  # points


def pdf(*sizes: tuple[int, int], text: str = "rucola", encrypted: bool = False) -> bytes:
    """Each page has a red rectangle in its left lower quarter and, in Helvetica, which every reader has to bring, `text`
    in the upper half. Page n has n blue squares of 20 points along its right edge, from the bottom."""
    sizes = sizes or (A4,)
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(sizes)))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>",
               f"<< /Type /Pages /Count {len(sizes)} /Kids [{kids}] >>".encode(),
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    for number, (width, height) in enumerate(sizes):
        squares = "".join(f"{width - 20} {40 * place} 20 20 re f " for place in range(number + 1))
        content = (f"0.784 0.118 0.118 rg 0 0 {width / 2} {height / 2} re f 0.118 0.157 0.745 rg {squares}"
                   f"0 g BT /F1 48 Tf 20 {height * 3 / 4} Td ({text}) Tj ET").encode()
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents {5 + 2 * number} 0 R "
                       "/Resources << /Font << /F1 3 0 R >> >> >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    trailer = f"/Size {len(objects) + 1} /Root 1 0 R"
    if encrypted:
        key = "00" * 32
        trailer += f" /ID [<{key[:32]}> <{key[:32]}>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{key}> /U <{key}> >>"
    return _file(objects, trailer)


def _file(objects: list[bytes], trailer: str) -> bytes:
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << {trailer} >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + end.encode()
